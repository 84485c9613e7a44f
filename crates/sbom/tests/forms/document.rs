//! The documents: one CycloneDX and one SPDX content, written in each form.

pub(crate) const CYCLONEDX_JSON: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":1,
"metadata":{"timestamp":"2026-01-02T03:04:05Z","tools":[{"vendor":"Acme","name":"maker","version":"2"}],"authors":[{"name":"Jo"}],
 "lifecycles":[{"phase":"build"}],"component":{"bom-ref":"pump","type":"device","name":"Pump","version":"4.2"}},
"components":[
 {"bom-ref":"ssl","type":"library","group":"g","name":"libssl3 & more","version":"3.0.11-1","purl":"pkg:deb/debian/libssl3@3.0.11-1?upstream=openssl",
  "cpe":"cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*","supplier":{"name":"Debian"},"hashes":[{"alg":"SHA-256","content":"ABCD"}],
  "licenses":[{"license":{"id":"MIT"}},{"expression":"MIT OR ISC"}],
  "pedigree":{"ancestors":[{"type":"library","name":"not a part"}],"patches":[{"type":"backport","resolves":[{"type":"security","id":"CVE-2024-0001"}]}]},
  "evidence":{"identity":[{"field":"cpe","concludedValue":"cpe:2.3:a:openssl:libssl:3.0.11:*:*:*:*:*:*:*"}]},
  "swid":{"tagId":"ssl-3","name":"ssl"},
  "properties":[{"name":"syft:package:type","value":"deb"},{"name":"cdx:lifecycle:milestone:endOfSupport","value":"2030-01-01"}],
  "components":[{"bom-ref":"inner","type":"firmware","name":"inner","version":"1"}]}],
"services":[{"bom-ref":"s","name":"cloud"}],
"dependencies":[{"ref":"pump","dependsOn":["ssl"]},{"ref":"ssl","dependsOn":["inner"]}],
"compositions":[{"aggregate":"complete","assemblies":["pump"]}],
"vulnerabilities":[{"id":"CVE-2024-0002"}]}"#;

pub(crate) const CYCLONEDX_XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- the same again -->
<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.6" xmlns:x="urn:other" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
 <c:metadata><c:timestamp>2026-01-02T03:04:05Z</c:timestamp>
  <c:lifecycles><c:lifecycle><c:phase>build</c:phase></c:lifecycle></c:lifecycles>
  <c:tools><c:tool><c:vendor>Acme</c:vendor><c:name>maker</c:name><c:version>2</c:version></c:tool></c:tools>
  <c:authors><c:author><c:name>Jo</c:name></c:author></c:authors>
  <c:component type="device" bom-ref="pump"><c:name>Pump</c:name><c:version>4.2</c:version></c:component></c:metadata>
 <c:components>
  <x:component><x:name>of somebody else</x:name></x:component>
  <c:component type="library" bom-ref="ssl">
   <c:supplier><c:name>Debian</c:name></c:supplier><c:group>g</c:group><c:name>libssl3 &amp; <![CDATA[more]]></c:name><c:version>3.0.11-1</c:version>
   <c:hashes><c:hash alg="SHA-256">ABCD</c:hash></c:hashes>
   <c:licenses><c:license><c:id>MIT</c:id></c:license><c:expression>MIT OR ISC</c:expression></c:licenses>
   <c:cpe>cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*</c:cpe><c:purl>pkg:deb/debian/libssl3@3.0.11-1?upstream=openssl</c:purl>
   <c:swid tagId="ssl-3" name="ssl"/>
   <c:pedigree><c:ancestors><c:component type="library"><c:name>not a part</c:name></c:component></c:ancestors>
    <c:patches><c:patch type="backport"><c:resolves><c:issue type="security"><c:id>CVE-2024-0001</c:id></c:issue></c:resolves></c:patch></c:patches></c:pedigree>
   <c:properties><c:property name="syft:package:type">deb</c:property><c:property name="cdx:lifecycle:milestone:endOfSupport">2030-01-01</c:property></c:properties>
   <c:components><c:component type="firmware" bom-ref="inner"><c:name>inner</c:name><c:version>1</c:version></c:component></c:components>
   <c:evidence><c:identity><c:field>cpe</c:field><c:concludedValue>cpe:2.3:a:openssl:libssl:3.0.11:*:*:*:*:*:*:*</c:concludedValue></c:identity></c:evidence>
  </c:component>
 </c:components>
 <c:services><c:service bom-ref="s"><c:name>cloud</c:name></c:service></c:services>
 <c:dependencies><c:dependency ref="pump"><c:dependency ref="ssl"/></c:dependency><c:dependency ref="ssl"><c:dependency ref="inner"/></c:dependency></c:dependencies>
 <c:compositions><c:composition><c:aggregate>complete</c:aggregate><c:assemblies><c:assembly ref="pump"/></c:assemblies></c:composition></c:compositions>
 <c:vulnerabilities><c:vulnerability><c:id>CVE-2024-0002</c:id></c:vulnerability></c:vulnerabilities>
</c:bom>"#;

pub(crate) const SPDX_JSON: &str = r#"{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3","name":"doc","documentNamespace":"https://example.com/1",
"creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Organization: Acme","Tool: maker-2"],"comment":"from the build"},
"packages":[
 {"SPDXID":"SPDXRef-P","name":"Pump","versionInfo":"4.10","primaryPackagePurpose":"DEVICE"},
 {"SPDXID":"SPDXRef-A","name":"a","versionInfo":"1","supplier":"Organization: Acme (a@example.com)","licenseConcluded":"NOASSERTION","licenseDeclared":"(ISC OR MIT)",
  "checksums":[{"algorithm":"SHA256","checksumValue":"AB"}],"sourceInfo":"built package from: asrc 1-2","validUntilDate":"2030-01-01T00:00:00Z",
  "externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:deb/debian/a@1"}]}],
"files":[{"SPDXID":"SPDXRef-F","fileName":"./a"}],
"relationships":[
 {"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-P"},
 {"spdxElementId":"SPDXRef-P","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-A"},
 {"spdxElementId":"SPDXRef-A","relationshipType":"DEPENDS_ON","relatedSpdxElement":"NOASSERTION"}]}"#;

pub(crate) const SPDX_TAG_VALUE: &str = "SPDXVersion: SPDX-2.3\r
SPDXID: SPDXRef-DOCUMENT\r
DocumentName: doc
DocumentNamespace: https://example.com/1
# a comment
Creator: Organization: Acme
Creator: Tool: maker-2
CreatorComment: <text>from the
build</text>
Created: 2026-01-02T03:04:05Z

PackageName: Pump
SPDXID: SPDXRef-P
PackageVersion: 4.10
PrimaryPackagePurpose: DEVICE
PackageComment: <text>Relationship: none of this
PackageName: is read</text>
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-P

PackageName: a
SPDXID: SPDXRef-A
PackageVersion: 1
PackageSupplier: Organization: Acme (a@example.com)
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: (ISC OR MIT)
PackageChecksum: SHA256: AB
PackageSourceInfo: <text>built package from: asrc 1-2</text>
ValidUntilDate: 2030-01-01T00:00:00Z
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/a@1

FileName: ./a
SPDXID: SPDXRef-F
Relationship: SPDXRef-P DEPENDS_ON SPDXRef-A
Relationship: SPDXRef-A DEPENDS_ON NOASSERTION
";

pub(crate) const SPDX_YAML: &str = r#"---
SPDXID: SPDXRef-DOCUMENT
spdxVersion: SPDX-2.3
name: doc
documentNamespace: https://example.com/1
creationInfo:
  created: 2026-01-02T03:04:05Z
  creators: [&acme "Organization: Acme", "Tool: maker-2"]
  comment: from the build
packages:
- SPDXID: SPDXRef-P
  name: Pump
  versionInfo: 4.10
  supplier: null
  primaryPackagePurpose: DEVICE
- SPDXID: SPDXRef-A
  name: a
  versionInfo: 1
  supplier: "Organization: Acme (a@example.com)"
  licenseConcluded: NOASSERTION
  licenseDeclared: (ISC OR MIT)
  checksums: [{algorithm: SHA256, checksumValue: AB}]
  sourceInfo: "built package from: asrc 1-2"
  validUntilDate: 2030-01-01T00:00:00Z
  externalRefs:
  - referenceCategory: PACKAGE-MANAGER
    referenceType: purl
    referenceLocator: pkg:deb/debian/a@1
files:
- SPDXID: SPDXRef-F
relationships:
- {spdxElementId: SPDXRef-DOCUMENT, relationshipType: DESCRIBES, relatedSpdxElement: SPDXRef-P}
- {spdxElementId: SPDXRef-P, relationshipType: DEPENDS_ON, relatedSpdxElement: SPDXRef-A}
- {spdxElementId: SPDXRef-A, relationshipType: DEPENDS_ON, relatedSpdxElement: NOASSERTION}
"#;

pub(crate) const SPDX_XML: &str = r#"<?xml version="1.0"?>
<Document><SPDXID>SPDXRef-DOCUMENT</SPDXID><spdxVersion>SPDX-2.3</spdxVersion><name>doc</name>
<documentNamespace>https://example.com/1</documentNamespace>
<creationInfo><created>2026-01-02T03:04:05Z</created><creators>Organization: Acme</creators><creators>Tool: maker-2</creators><comment>from the build</comment></creationInfo>
<packages><SPDXID>SPDXRef-P</SPDXID><name>Pump</name><versionInfo>4.10</versionInfo><primaryPackagePurpose>DEVICE</primaryPackagePurpose></packages>
<packages><SPDXID>SPDXRef-A</SPDXID><name>a</name><versionInfo>1</versionInfo><supplier>Organization: Acme (a@example.com)</supplier>
<licenseConcluded>NOASSERTION</licenseConcluded><licenseDeclared>(ISC OR MIT)</licenseDeclared>
<checksums><algorithm>SHA256</algorithm><checksumValue>AB</checksumValue></checksums><sourceInfo>built package from: asrc 1-2</sourceInfo>
<validUntilDate>2030-01-01T00:00:00Z</validUntilDate>
<externalRefs><referenceCategory>PACKAGE-MANAGER</referenceCategory><referenceType>purl</referenceType><referenceLocator>pkg:deb/debian/a@1</referenceLocator></externalRefs></packages>
<files><SPDXID>SPDXRef-F</SPDXID></files>
<relationships><spdxElementId>SPDXRef-DOCUMENT</spdxElementId><relationshipType>DESCRIBES</relationshipType><relatedSpdxElement>SPDXRef-P</relatedSpdxElement></relationships>
<relationships><spdxElementId>SPDXRef-P</spdxElementId><relationshipType>DEPENDS_ON</relationshipType><relatedSpdxElement>SPDXRef-A</relatedSpdxElement></relationships>
<relationships><spdxElementId>SPDXRef-A</spdxElementId><relationshipType>DEPENDS_ON</relationshipType><relatedSpdxElement>NOASSERTION</relatedSpdxElement></relationships>
</Document>"#;

pub(crate) const SPDX_RDF: &str = r##"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://spdx.org/rdf/terms#">
<SpdxDocument rdf:about="https://example.com/1#SPDXRef-DOCUMENT"><name>doc</name><specVersion>SPDX-2.3</specVersion>
<creationInfo><CreationInfo><created>2026-01-02T03:04:05Z</created><creator>Organization: Acme</creator><creator>Tool: maker-2</creator><rdfs:comment xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">from the build</rdfs:comment></CreationInfo></creationInfo>
<relationship><Relationship><relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/><relatedSpdxElement>
 <Package rdf:about="https://example.com/1#SPDXRef-P"><name>Pump</name><versionInfo>4.10</versionInfo>
 <primaryPackagePurpose rdf:resource="http://spdx.org/rdf/terms#purpose_device"/>
 <relationship><Relationship><relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_dependsOn"/><relatedSpdxElement rdf:resource="https://example.com/1#SPDXRef-A"/></Relationship></relationship>
 </Package></relatedSpdxElement></Relationship></relationship>
</SpdxDocument>
<rdf:Description rdf:about="https://example.com/1#SPDXRef-A"><rdf:type rdf:resource="http://spdx.org/rdf/terms#Package"/><name>a</name><versionInfo>1</versionInfo>
 <supplier>Organization: Acme (a@example.com)</supplier><licenseConcluded rdf:resource="http://spdx.org/rdf/terms#noassertion"/>
 <licenseDeclared><DisjunctiveLicenseSet><member rdf:resource="http://spdx.org/licenses/MIT"/><member rdf:resource="http://spdx.org/licenses/ISC"/></DisjunctiveLicenseSet></licenseDeclared>
 <checksum><Checksum><algorithm rdf:resource="http://spdx.org/rdf/terms#checksumAlgorithm_sha256"/><checksumValue>AB</checksumValue></Checksum></checksum>
 <sourceInfo>built package from: asrc 1-2</sourceInfo><validUntilDate>2030-01-01T00:00:00Z</validUntilDate>
 <externalRef rdf:nodeID="ref"/>
 <relationship><Relationship><relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_dependsOn"/><relatedSpdxElement rdf:resource="http://spdx.org/rdf/terms#noassertion"/></Relationship></relationship>
</rdf:Description>
<ExternalRef rdf:nodeID="ref"><referenceType rdf:resource="http://spdx.org/rdf/references/purl"/><referenceLocator>pkg:deb/debian/a@1</referenceLocator></ExternalRef>
<File rdf:about="https://example.com/1#SPDXRef-F"/>
</rdf:RDF>"##;

pub(crate) const SPDX3: &str = r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
{"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-01-02T03:04:05Z","createdBy":["urn:acme"],"createdUsing":["urn:tool"]},
{"type":"Organization","spdxId":"urn:acme","name":"Acme","creationInfo":"_:c"},
{"type":"Tool","spdxId":"urn:tool","name":"maker-2","creationInfo":"_:c"},
{"type":"SpdxDocument","spdxId":"https://example.com/1","name":"doc","creationInfo":"_:c","rootElement":["urn:bom"]},
{"type":"software_Sbom","spdxId":"urn:bom","creationInfo":"_:c","rootElement":["urn:p"],"software_sbomType":["build"]},
{"type":"software_Package","spdxId":"urn:p","name":"Pump","software_packageVersion":"4.10","software_primaryPurpose":"device"},
{"type":"software_Package","spdxId":"urn:a","name":"a","software_packageVersion":"1","software_packageUrl":"pkg:deb/debian/a@1","suppliedBy":"urn:acme",
 "externalIdentifier":[{"type":"ExternalIdentifier","externalIdentifierType":"cpe23","identifier":"cpe:2.3:a:acme:a:1:*:*:*:*:*:*:*"}],
 "verifiedUsing":[{"type":"Hash","algorithm":"sha256","hashValue":"AB"}],"supportLevel":["limitedSupport"],"validUntilTime":"2030-01-01T00:00:00Z"},
{"type":"simplelicensing_LicenseExpression","spdxId":"urn:l","simplelicensing_licenseExpression":"MIT"},
{"type":"Relationship","spdxId":"urn:r1","from":"urn:a","relationshipType":"hasDeclaredLicense","to":["urn:l"]},
{"type":"Relationship","spdxId":"urn:r2","from":"urn:p","relationshipType":"dependsOn","to":["urn:a"],"completeness":"incomplete"},
{"type":"software_File","spdxId":"urn:f","name":"a"}]}"#;

/// All of them, by name.
pub(crate) const ALL: [(&str, &str); 8] = [
    ("CycloneDX JSON", CYCLONEDX_JSON),
    ("CycloneDX XML", CYCLONEDX_XML),
    ("SPDX JSON", SPDX_JSON),
    ("SPDX tag-value", SPDX_TAG_VALUE),
    ("SPDX YAML", SPDX_YAML),
    ("SPDX XML", SPDX_XML),
    ("SPDX RDF/XML", SPDX_RDF),
    ("SPDX JSON-LD", SPDX3),
];
