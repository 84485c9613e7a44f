//! The table of product entities. One row a product; facts only, checked against the public vendor and product names
//! of CVE records and the CPE dictionary.

use super::Product;
use crate::inventory::Role::{self, OperatingSystem, Runtime};

const fn product(
    names: &'static [&'static str],
    cpes: &'static [&'static str],
    cves: &'static [&'static str],
    repositories: &'static [&'static str],
) -> Product {
    Product { names, cpes, cves, repositories, role: None }
}

const fn of_role(role: Role, product: Product) -> Product {
    Product { role: Some(role), ..product }
}

/// Every product.
pub(super) static PRODUCTS: &[Product] = &[
    // Cryptography
    product(&["openssl"], &["a:openssl:openssl"], &["openssl|openssl"], &["openssl/openssl"]),
    product(&["libressl"], &["a:openbsd:libressl"], &["openbsd|libressl"], &["libressl/portable"]),
    product(
        &["mbedtls", "mbed-tls"],
        &["a:arm:mbed_tls", "a:trustedfirmware:mbed_tls", "a:polarssl:polarssl"],
        &["arm|mbed tls", "trustedfirmware|mbed tls", "mbed|mbed tls"],
        &["mbed-tls/mbedtls", "armmbed/mbedtls"],
    ),
    product(&["wolfssl"], &["a:wolfssl:wolfssl"], &["wolfssl|wolfssl"], &["wolfssl/wolfssl"]),
    product(&["gnutls"], &["a:gnu:gnutls"], &["gnu|gnutls"], &["gnutls/gnutls"]),
    product(&["libgcrypt"], &["a:gnupg:libgcrypt"], &["gnupg|libgcrypt"], &[]),
    product(&["nettle"], &["a:nettle_project:nettle"], &["nettle project|nettle"], &[]),
    product(&["libssh"], &["a:libssh:libssh"], &["libssh|libssh"], &[]),
    product(&["libssh2"], &["a:libssh2:libssh2"], &["libssh2|libssh2"], &["libssh2/libssh2"]),
    product(&["openssh"], &["a:openbsd:openssh"], &["openbsd|openssh"], &["openssh/openssh-portable"]),
    product(
        &["dropbear"],
        &["a:dropbear_ssh_project:dropbear_ssh"],
        &["dropbear ssh project|dropbear ssh"],
        &["mkj/dropbear"],
    ),
    product(&["libsodium"], &["a:libsodium:libsodium"], &["libsodium|libsodium"], &["jedisct1/libsodium"]),
    // Base libraries
    product(&["zlib"], &["a:zlib:zlib", "a:gnu:zlib"], &["zlib|zlib", "madler|zlib"], &["madler/zlib"]),
    product(&["xz", "xz-utils"], &["a:tukaani:xz"], &["tukaani|xz"], &["tukaani-project/xz"]),
    product(&["bzip2"], &["a:bzip:bzip2"], &["bzip|bzip2"], &[]),
    product(&["zstd", "zstandard"], &["a:facebook:zstandard"], &["facebook|zstandard"], &["facebook/zstd"]),
    product(&["lz4"], &["a:lz4_project:lz4"], &["lz4 project|lz4"], &["lz4/lz4"]),
    product(
        &["sqlite", "sqlite3"],
        &["a:sqlite:sqlite"],
        &["sqlite|sqlite", "sqlite|sqlite3"],
        &["sqlite/sqlite"],
    ),
    product(
        &["expat", "libexpat"],
        &["a:libexpat_project:libexpat"],
        &["libexpat project|libexpat"],
        &["libexpat/libexpat"],
    ),
    product(&["libxml2"], &["a:xmlsoft:libxml2"], &["xmlsoft|libxml2", "gnome|libxml2"], &["gnome/libxml2"]),
    product(&["libxslt"], &["a:xmlsoft:libxslt"], &["xmlsoft|libxslt"], &["gnome/libxslt"]),
    product(&["glibc"], &["a:gnu:glibc"], &["gnu|glibc", "the gnu c library|glibc"], &[]),
    product(&["musl"], &["a:musl-libc:musl"], &["musl-libc|musl"], &[]),
    product(&["uclibc-ng"], &["a:uclibc-ng_project:uclibc-ng"], &["uclibc-ng project|uclibc-ng"], &[]),
    product(&["pcre"], &["a:pcre:pcre"], &["pcre|pcre"], &[]),
    product(&["pcre2"], &["a:pcre:pcre2"], &["pcre|pcre2"], &["pcre2project/pcre2"]),
    product(&["glib", "glib2"], &["a:gnome:glib"], &["gnome|glib"], &["gnome/glib"]),
    product(&["ncurses"], &["a:gnu:ncurses"], &["gnu|ncurses"], &[]),
    product(&["protobuf"], &["a:google:protobuf"], &["google|protobuf"], &["protocolbuffers/protobuf"]),
    product(&["boost"], &["a:boost:boost"], &["boost|boost"], &["boostorg/boost"]),
    product(&["icu"], &["a:icu-project:international_components_for_unicode"], &[], &["unicode-org/icu"]),
    product(&["newlib"], &["a:newlib_project:newlib"], &["newlib project|newlib"], &[]),
    product(
        &["cjson"],
        &["a:cjson_project:cjson", "a:davegamble:cjson"],
        &["cjson project|cjson", "davegamble|cjson"],
        &["davegamble/cjson"],
    ),
    product(
        &["protobuf-c"],
        &["a:protobuf-c_project:protobuf-c"],
        &["protobuf-c project|protobuf-c"],
        &["protobuf-c/protobuf-c"],
    ),
    product(
        &["micro-ecc"],
        &["a:micro-ecc_project:micro-ecc"],
        &["micro-ecc project|micro-ecc"],
        &["kmackay/micro-ecc"],
    ),
    // Images, fonts, media
    product(&["libpng"], &["a:libpng:libpng"], &["libpng|libpng"], &["pnggroup/libpng", "glennrp/libpng"]),
    product(
        &["libjpeg-turbo"],
        &["a:libjpeg-turbo:libjpeg-turbo"],
        &["libjpeg-turbo|libjpeg-turbo"],
        &["libjpeg-turbo/libjpeg-turbo"],
    ),
    product(&["libtiff", "tiff"], &["a:libtiff:libtiff"], &["libtiff|libtiff"], &[]),
    product(&["openjpeg"], &["a:uclouvain:openjpeg"], &["uclouvain|openjpeg"], &["uclouvain/openjpeg"]),
    product(&["freetype"], &["a:freetype:freetype"], &["freetype|freetype"], &["freetype/freetype"]),
    product(&["ffmpeg"], &["a:ffmpeg:ffmpeg"], &["ffmpeg|ffmpeg"], &["ffmpeg/ffmpeg"]),
    product(&["dcmtk"], &["a:offis:dcmtk"], &["offis|dcmtk"], &["dcmtk/dcmtk"]),
    product(
        &["gdcm"],
        &["a:grassroots_dicom_project:grassroots_dicom"],
        &["grassroots|dicom"],
        &["malaterre/gdcm"],
    ),
    product(&["orthanc"], &["a:orthanc-server:orthanc"], &["orthanc|osimis"], &[]),
    product(&["qt"], &["a:qt:qt"], &["qt|qt", "the qt company|qt"], &["qt/qtbase"]),
    product(&["opencv"], &["a:opencv:opencv"], &["opencv|opencv"], &["opencv/opencv"]),
    // Network services and tools
    product(
        &["curl", "libcurl"],
        &["a:haxx:curl", "a:haxx:libcurl"],
        &["haxx|curl", "curl|curl", "curl|libcurl"],
        &["curl/curl"],
    ),
    product(&["busybox"], &["a:busybox:busybox"], &["busybox|busybox"], &["mirror/busybox"]),
    product(&["dnsmasq"], &["a:thekelleys:dnsmasq"], &["thekelleys|dnsmasq"], &[]),
    product(&["bind", "bind9"], &["a:isc:bind"], &["isc|bind 9", "isc|bind"], &[]),
    product(&["ntp"], &["a:ntp:ntp"], &["ntp|ntp"], &[]),
    product(&["chrony"], &["a:tuxfamily:chrony"], &["tuxfamily|chrony"], &[]),
    product(&["hostapd"], &["a:w1.fi:hostapd"], &["w1.fi|hostapd"], &[]),
    product(
        &["wpa_supplicant", "wpa-supplicant"],
        &["a:w1.fi:wpa_supplicant"],
        &["w1.fi|wpa supplicant"],
        &[],
    ),
    product(&["bluez"], &["a:bluez:bluez"], &["bluez|bluez"], &["bluez/bluez"]),
    product(
        &["nginx"],
        &["a:f5:nginx", "a:nginx:nginx"],
        &["f5|nginx open source", "nginx|nginx"],
        &["nginx/nginx"],
    ),
    product(
        &["httpd", "apache-httpd"],
        &["a:apache:http_server"],
        &["apache software foundation|apache http server"],
        &["apache/httpd"],
    ),
    product(&["lighttpd"], &["a:lighttpd:lighttpd"], &["lighttpd|lighttpd"], &["lighttpd/lighttpd1.4"]),
    product(
        &["mosquitto"],
        &["a:eclipse:mosquitto"],
        &["eclipse|mosquitto", "eclipse foundation|mosquitto"],
        &["eclipse/mosquitto", "eclipse-mosquitto/mosquitto"],
    ),
    product(&["net-snmp"], &["a:net-snmp:net-snmp"], &["net-snmp|net-snmp"], &["net-snmp/net-snmp"]),
    product(&["samba"], &["a:samba:samba"], &["samba|samba"], &["samba-team/samba"]),
    product(&["systemd"], &["a:systemd_project:systemd"], &["systemd project|systemd"], &["systemd/systemd"]),
    product(&["bash"], &["a:gnu:bash"], &["gnu|bash"], &[]),
    product(&["sudo"], &["a:sudo_project:sudo"], &["sudo project|sudo"], &["sudo-project/sudo"]),
    product(&["git"], &["a:git-scm:git"], &["git|git"], &["git/git"]),
    product(
        &["postgresql"],
        &["a:postgresql:postgresql"],
        &["postgresql|postgresql"],
        &["postgres/postgres"],
    ),
    product(&["mariadb"], &["a:mariadb:mariadb"], &["mariadb|mariadb"], &["mariadb/server"]),
    product(&["redis"], &["a:redis:redis"], &["redis|redis"], &["redis/redis"]),
    product(
        &["log4j"],
        &["a:apache:log4j"],
        &["apache software foundation|apache log4j2"],
        &["apache/logging-log4j2"],
    ),
    // Runtimes
    of_role(
        Runtime,
        product(
            &["python", "cpython"],
            &["a:python:python"],
            &["python software foundation|cpython"],
            &["python/cpython"],
        ),
    ),
    of_role(
        Runtime,
        product(&["node", "nodejs", "node.js"], &["a:nodejs:node.js"], &["nodejs|node"], &["nodejs/node"]),
    ),
    of_role(Runtime, product(&["php"], &["a:php:php"], &["php group|php"], &["php/php-src"])),
    of_role(Runtime, product(&[], &["a:microsoft:.net_framework"], &["microsoft|.net framework"], &[])),
    of_role(Runtime, product(&[], &["a:microsoft:.net"], &["microsoft|.net"], &["dotnet/runtime"])),
    of_role(Runtime, product(&["openjdk"], &["a:oracle:openjdk"], &[], &["openjdk/jdk"])),
    of_role(Runtime, product(&["java_se", "java-se"], &["a:oracle:java_se"], &[], &[])),
    of_role(Runtime, product(&[], &["a:oracle:jre"], &[], &[])),
    of_role(Runtime, product(&[], &["a:oracle:jdk"], &[], &[])),
    // Operating systems, real-time kernels, boot loaders, stacks
    of_role(
        OperatingSystem,
        product(
            &["linux", "linux-kernel", "linux_kernel", "linux-yocto"],
            &["o:linux:linux_kernel"],
            &["linux|linux", "linux|linux kernel", "linux|kernel"],
            &["torvalds/linux"],
        ),
    ),
    of_role(
        OperatingSystem,
        product(
            &["freertos", "freertos-kernel"],
            &["o:amazon:freertos", "o:amazon:freertos_kernel", "a:amazon:freertos-kernel"],
            &["freertos|freertos-kernel", "freertos|freertos kernel", "amazon|freertos"],
            &["freertos/freertos-kernel"],
        ),
    ),
    product(
        &["freertos-plus-tcp"],
        &["a:amazon:freertos-plus-tcp"],
        &["freertos|freertos-plus-tcp"],
        &["freertos/freertos-plus-tcp"],
    ),
    of_role(
        OperatingSystem,
        product(
            &["threadx", "azure-rtos-threadx"],
            &["o:microsoft:azure_rtos_threadx", "o:eclipse:threadx"],
            &["azure-rtos|threadx", "eclipse foundation|threadx", "eclipse|threadx"],
            &["azure-rtos/threadx", "eclipse-threadx/threadx"],
        ),
    ),
    product(
        &["netxduo", "netx-duo"],
        &["a:microsoft:azure_rtos_netx_duo", "a:eclipse:threadx_netx_duo"],
        &["azure-rtos|netxduo", "eclipse-threadx|netxduo"],
        &["azure-rtos/netxduo", "eclipse-threadx/netxduo"],
    ),
    of_role(
        OperatingSystem,
        product(&["vxworks"], &["o:windriver:vxworks"], &["wind river|vxworks", "windriver|vxworks"], &[]),
    ),
    of_role(
        OperatingSystem,
        product(
            &["qnx"],
            &[
                "o:blackberry:qnx_software_development_platform",
                "a:blackberry:qnx_software_development_platform",
                "o:blackberry:qnx_neutrino_rtos",
            ],
            &[
                "blackberry|qnx software development platform",
                "blackberry|qnx software development platform (sdp)",
            ],
            &[],
        ),
    ),
    of_role(
        OperatingSystem,
        product(
            &["zephyr"],
            &["o:zephyrproject:zephyr"],
            &["zephyrproject-rtos|zephyr"],
            &["zephyrproject-rtos/zephyr"],
        ),
    ),
    of_role(OperatingSystem, product(&["nucleus-rtos"], &["o:siemens:nucleus_readystart_v3"], &[], &[])),
    of_role(
        OperatingSystem,
        product(&["integrity-rtos"], &["o:ghs:integrity_rtos"], &["ghs|integrity rtos"], &[]),
    ),
    of_role(
        OperatingSystem,
        product(
            &["contiki-ng"],
            &["o:contiki-ng:contiki-ng"],
            &["contiki-ng|contiki-ng"],
            &["contiki-ng/contiki-ng"],
        ),
    ),
    of_role(OperatingSystem, product(&["riot"], &["o:riot-os:riot"], &["riot-os|riot"], &["riot-os/riot"])),
    of_role(
        OperatingSystem,
        product(&["mbed-os"], &["o:arm:mbed_os"], &["arm|mbed os"], &["armmbed/mbed-os"]),
    ),
    product(&["esp-idf"], &["a:espressif:esp-idf"], &["espressif|esp-idf"], &["espressif/esp-idf"]),
    product(
        &["openthread"],
        &["o:google:openthread"],
        &["google|openthread"],
        &["openthread/openthread", "espressif/openthread"],
    ),
    product(&["systemview"], &["a:segger:systemview"], &["segger|systemview"], &[]),
    product(&["lwip"], &["a:lwip_project:lwip"], &["lwip project|lwip"], &["lwip-tcpip/lwip"]),
    product(&["picotcp"], &["a:altran:picotcp"], &["altran|picotcp"], &["tass-belgium/picotcp"]),
    product(&["treck-tcp-ip"], &["a:treck:tcp\\/ip", "a:treck:tcp/ip"], &["treck|tcp/ip"], &[]),
    product(&["u-boot", "uboot"], &["a:denx:u-boot", "o:denx:u-boot"], &["denx|u-boot"], &["u-boot/u-boot"]),
    product(&["grub", "grub2"], &["a:gnu:grub2"], &["gnu|grub2"], &[]),
    product(&["xen"], &["o:xen:xen"], &["xen|xen"], &["xen-project/xen"]),
    product(&["qemu"], &["a:qemu:qemu"], &["qemu|qemu"], &["qemu/qemu"]),
];
