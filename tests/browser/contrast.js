// Every text that can be seen, against what is behind it (WCAG 2.2, 1.4.3: 4.5 to 1, 3 to 1 for large words).
// Gives how many were looked at, and those that are too weak.
const channel = (c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();
// The canvas knows every way to write a colour.
const colour = (text) => {
  if (!known.has(text)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    known.set(text, [r, g, b, a / 255]);
  }
  return known.get(text);
};
const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));
const behind = (element) => {
  const layers = [];
  for (let e = element; e; e = e.parentElement) { layers.push(colour(getComputedStyle(e).backgroundColor)); }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
};
const low = [];
let looked = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const words = walker.currentNode.textContent.trim();
  const box = element.getBoundingClientRect();
  if (!words || ["SCRIPT", "STYLE", "TITLE", "OPTION", "NOSCRIPT", "TEMPLATE"].includes(element.tagName) || box.width < 2 || box.height < 2) { continue; }
  const style = getComputedStyle(element);
  const back = behind(element);
  const ink = over(colour(element instanceof SVGElement ? style.fill : style.color), back);
  const [a, b] = [light(ink), light(back)].sort((x, y) => y - x);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight, 10) >= 700);
  looked += 1;
  if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) { low.push(`${words.slice(0, 40)}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`); }
}
return [looked, low];
