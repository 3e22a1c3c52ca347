// Posters for categories: what a product without a picture shows, and the tiles of the front page. A few flat
// shapes each; the number of the product chooses among colours and sides, so that neighbours differ.
import { svg } from "./dom.js";

const PALETTES = [
  ["#0b4a40", "#1f7a68", "#ffc93c", "#f6efe0"],
  ["#f7b6c2", "#d8436b", "#7b1e46", "#fff3d6"],
  ["#ffc93c", "#f0862e", "#8a2f1c", "#fff6df"],
  ["#bfe0e6", "#2f86a6", "#123a5c", "#fff0c9"],
  ["#2d2a5a", "#6a5acd", "#ff9d76", "#f3ecff"],
  ["#d9e7b4", "#5f9a44", "#1f4d2b", "#fff8dc"],
];

const rect = (x, y, width, height, fill) => svg("rect", { x, y, width, height, fill });
const disc = (cx, cy, r, fill) => svg("circle", { cx, cy, r, fill });
const path = (d, fill) => svg("path", { d, fill });
const line = (d, stroke, width) => svg("path", { d, stroke, "stroke-width": width });

const range = (count) => Array.from({ length: count }, (_, index) => index);
const wave = (y, fill) => path(`M0 ${y}q25 -22 50 0t50 0 50 0 50 0 50 0 50 0 50 0 50 0V300H0z`, fill);

// [which palette first, the shapes]
const MOTIFS = {
  "city-tours": [3, (a, b, c, d) => [disc(300, 90, 46, d), rect(0, 150, 70, 150, b), rect(70, 96, 62, 204, c), rect(150, 130, 84, 170, b), path("M234 170l44 -64 44 64v130h-88z", c), rect(330, 140, 70, 160, b), range(3).map((i) => [rect(88, 118 + i * 48, 10, 20, d), rect(106, 118 + i * 48, 10, 20, d)]), range(2).map((i) => rect(172 + i * 26, 154, 12, 24, d))]],
  boats: [0, (a, b, c, d) => [disc(276, 128, 62, c), path("M170 62v118H92z", d), path("M184 84l58 96h-58z", d), path("M70 192h212l-34 42H104z", b), wave(226, "#17624f"), wave(256, "#0f5345")]],
  cooking: [2, (a, b, c, d) => [disc(180, 150, 104, c), disc(180, 150, 82, "#b4472a"), rect(268, 138, 150, 24, c), disc(150, 124, 26, d), disc(206, 130, 20, a), disc(180, 182, 30, b), disc(150, 124, 10, a), path("M196 186c22 -6 34 8 34 8s-18 18 -34 -8z", "#5f9a44")]],
  crafts: [1, (a, b, c, d) => [disc(200, 290, 150, "#f09fb1"), path("M160 60h80l-14 34c56 30 62 120 8 164h-68c-54 -44 -48 -134 8 -164z", b), path("M139 150h122l6 30H133z", d), path("M137 196h126l-8 24H145z", c), rect(150, 52, 100, 16, c)]],
  museums: [3, (a, b, c, d) => [path("M60 118L200 44l140 74z", c), rect(72, 126, 256, 18, b), range(5).map((i) => rect(84 + i * 52, 152, 24, 92, d)), rect(64, 250, 272, 18, b), rect(48, 272, 304, 28, c), disc(200, 92, 14, d)]],
  concerts: [4, (a, b, c, d) => [range(4).map((i) => svg("circle", { cx: 200, cy: 300, r: 80 + i * 56, stroke: [c, b, "#453f86", "#3a3571"][i], "stroke-width": 26 })), range(9).map((i) => rect(94 + i * 25, 150 - [18, 44, 82, 54, 104, 60, 90, 40, 20][i] / 2, 12, [18, 44, 82, 54, 104, 60, 90, 40, 20][i], d))]],
  nature: [5, (a, b, c, d) => [disc(294, 82, 40, d), path("M-20 300L120 92l140 208z", b), path("M150 300L268 138l132 162z", c), path("M120 92l34 50 -18 -4 -16 20 -16 -18 -20 6z", d), range(3).map((i) => path(`M${40 + i * 40} 300l18 -62 18 62z`, "#2c6a3a"))]],
  wine: [1, (a, b, c, d) => [path("M118 70h84c4 62 -8 96 -42 100 -34 -4 -46 -38 -42 -100z", d), path("M120 112h80c-2 36 -14 56 -40 58 -26 -2 -38 -22 -40 -58z", c), rect(156, 168, 8, 66, d), rect(124, 232, 72, 10, d), path("M250 50h28v56c22 14 28 24 28 52v92h-84v-92c0 -28 6 -38 28 -52z", b), rect(222, 176, 84, 46, d)]],
  sports: [2, (a, b, c, d) => [path("M0 190L400 110v190H0z", b), line("M-10 250L410 166M120 166l60 140", d, 8), disc(262, 108, 58, d), svg("path", { d: "M212 82c34 4 50 26 46 82M312 138c-36 -6 -52 -30 -46 -86", stroke: c, "stroke-width": 7 })]],
  family: [3, (a, b, c, d) => [line("M-10 40q210 70 420 0", c, 4), range(6).map((i) => path(`M${24 + i * 62} ${56 + [0, 9, 14, 14, 8, -2][i]}h40l-20 40z`, [d, c, b, d, c, b][i])), line("M140 196l50 104M218 176l-22 124M282 206l-80 94", c, 3), disc(136, 160, 42, b), disc(220, 138, 46, "#e85d4a"), disc(290, 172, 40, d)]],
  "day-trips": [5, (a, b, c, d) => [disc(204, 128, 52, d), path("M0 190q100 -70 210 -22t190 -18v150H0z", b), path("M0 226q130 -50 400 0v74H0z", c), path("M196 196c-10 22 44 26 10 54 -20 18 -60 28 -76 50h150c-4 -30 10 -34 -4 -58 -18 -28 -64 -22 -80 -46z", d)]],
  photography: [4, (a, b, c, d) => [disc(200, 150, 112, b), disc(200, 150, 94, a), range(6).map((i) => svg("path", { d: "M200 150L200 56L282 103z", fill: [c, d, b, c, d, b][i], transform: `rotate(${i * 60} 200 150)` })), path("M200 112l33 19v38l-33 19 -33 -19v-38z", a)]],
};

const OTHER = [0, (a, b, c, d) => [disc(200, 150, 96, c), path("m200 82 20 44 48 6 -35 33 9 48 -42 -23 -42 23 9 -48 -35 -33 48 -6z", d)]];

/** A drawing that fills its box, for a category and (any) number. */
export function art(category, number = 0) {
  const [first, shapes] = MOTIFS[category] ?? OTHER;
  const colours = PALETTES[(first + (number % 2) * (1 + (number % 5))) % PALETTES.length];
  const turned = number % 4 > 1 ? "translate(400 0) scale(-1 1)" : null;
  return svg("svg", { viewBox: "0 0 400 300", preserveAspectRatio: "xMidYMid slice", class: "art", "aria-hidden": "true", focusable: "false" },
    rect(0, 0, 400, 300, colours[0]),
    svg("g", { transform: turned, stroke: "none" }, shapes(...colours)));
}
