// The key map (docs: keyboard help under "?"). It only follows links and presses buttons that are on the page already,
// so everything works without it. Keys rest while somebody types and can be turned off.
(() => {
  "use strict";
  const off = () => localStorage.getItem("aftercare-keys") === "off";
  const typing = (element) => element.matches("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");
  const lists = [".q h3 a, .tb.rows tbody th a, .lg li > a", ".page .chk input:enabled", ".page .tb tbody th a"];
  const rows = () => lists.map((list) => [...document.querySelectorAll(list)]).find((list) => list.length) || [];
  const roomy = (on) => { if (on) document.documentElement.dataset.density = "roomy"; else delete document.documentElement.dataset.density; };
  let afterG = 0;

  const press = (element) => {
    if (element.matches("input,textarea")) { element.focus(); element.select(); } else { element.click(); }
  };
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    let at = all.indexOf(document.activeElement);
    if (at < 0) at = all.findIndex((link) => link.closest("[aria-current]"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || off()) return;
    const key = event.key;
    if (Date.now() - afterG < 1500) {
      afterG = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (key === "g") { afterG = Date.now(); return; }
    if (key === "j" || key === "k") { event.preventDefault(); move(key === "j" ? 1 : -1); return; }
    if (key === "x") {
      const row = document.activeElement.closest(".chk, li, tr");
      const box = row && row.querySelector("input[type=checkbox]:enabled");
      if (box) { event.preventDefault(); box.click(); }
      return;
    }
    if (key === ".") {
      const on = document.documentElement.dataset.density !== "roomy";
      localStorage.setItem("aftercare-density", on ? "roomy" : "dense");
      roomy(on);
      return;
    }
    if (key === "s") {
      const block = document.querySelector("#sign input, #sign");
      if (block) { event.preventDefault(); block.scrollIntoView(); block.focus(); }
      return;
    }
    const targets = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
    const target = targets.find((element) => element.matches("input")) || targets[0];
    if (target) { event.preventDefault(); press(target); }
  });

  const density = localStorage.getItem("aftercare-density");
  if (density) roomy(density === "roomy");

  const box = document.getElementById("keys-on");
  if (box) {
    box.closest("[hidden]").hidden = false;
    box.checked = !off();
    box.addEventListener("change", () => localStorage.setItem("aftercare-keys", box.checked ? "on" : "off"));
  }
})();
