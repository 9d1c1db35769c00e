"use strict";
(() => {
  const sheet = document.getElementById("sheet");
  const title = document.getElementById("sheet-title");
  const body = document.getElementById("sheet-body");

  // A cell of the picture opens beside it. Without this script its link leads
  // to the same content further down.
  for (const cell of document.querySelectorAll("a.cell")) {
    cell.addEventListener("click", (event) => {
      const target = document.getElementById(cell.getAttribute("href").slice(1));
      if (!target || !sheet.showModal) return;
      event.preventDefault();
      title.textContent = target.dataset.title;
      body.replaceChildren(target.querySelector(".groups").cloneNode(true));
      sheet.showModal();
      body.scrollTop = 0;
    });
  }
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close();
  });

  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const rows = Array.from(document.querySelectorAll("#list tbody tr"), (row) => ({ row, text: row.textContent.toLowerCase() }));
  if (rows.length > 10) find.closest("p").hidden = false;
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const { row, text } of rows) {
      const hit = words.every((word) => text.includes(word));
      row.hidden = !hit;
      if (hit) n++;
    }
    found.textContent = words.length ? `${n} of ${rows.length}` : "";
  });
})();
