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

  for (const filter of document.querySelectorAll("p.filter")) {
    const find = filter.querySelector("input");
    const found = filter.querySelector("output");
    const rows = Array.from(document.querySelectorAll(`#${filter.dataset.table} tbody tr`), (row) => ({ row, text: row.textContent.toLowerCase() }));
    if (rows.length > 10) filter.hidden = false;
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
  }

  // The headings of a sortable table order its rows: numbers from the largest,
  // words from A, and the other way round when asked again.
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const rows = Array.from(body.rows);
        const numbers = rows.every((row) => row.cells[column].dataset.n !== undefined);
        const first = numbers ? "descending" : "ascending";
        const order = head.getAttribute("aria-sort") === first ? (numbers ? "ascending" : "descending") : first;
        const value = (row) => (numbers ? Number(row.cells[column].dataset.n) : row.cells[column].textContent);
        rows.sort((x, y) => {
          const sign = numbers ? value(x) - value(y) : value(x).localeCompare(value(y));
          return order === "ascending" ? sign : -sign;
        });
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", order);
        body.append(...rows);
      });
    });
  }
})();
