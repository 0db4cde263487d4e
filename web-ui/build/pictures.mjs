// Draws the pictures of our own: the demonstration's products, and what chats show of a link.
// Run by hand: CHROMIUM=/usr/bin/chromium node build/pictures.mjs
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PRODUCTS = at("traceability-ear/demonstration/src/main/resources/jp/sanchi/demonstration/");

/** Always the same "chance", so that the same bytes come out. */
let seed = 1;
const chance = () => {
  seed = (seed * 16807) % 2147483647;
  return seed / 2147483647;
};
const between = (low, high) => low + chance() * (high - low);
const f = (number) => number.toFixed(1);

/**
 * One lamp from the upper left for all: what is drawn flat gets a lit and a shaded side,
 * and throws a shadow on what lies behind.
 */
const VOLUME = `
    <linearGradient id="edge" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#7d6335" stop-opacity="0.28"/><stop offset="1" stop-color="#7d6335" stop-opacity="0"/></linearGradient>
    <filter id="volume" x="-20%" y="-20%" width="140%" height="140%" color-interpolation-filters="sRGB">
      <feGaussianBlur in="SourceGraphic" stdDeviation="7" result="bump"/>
      <feDiffuseLighting in="bump" surfaceScale="9" diffuseConstant="1.18" lighting-color="#fffaf0" result="light"><feDistantLight azimuth="235" elevation="58"/></feDiffuseLighting>
      <feComposite in="light" in2="SourceGraphic" operator="arithmetic" k1="1.02" k2="0" k3="0.06" k4="0" result="lit"/>
      <feComposite in="lit" in2="SourceGraphic" operator="in" result="cut"/>
      <feDropShadow in="cut" dx="3" dy="5" stdDeviation="4" flood-color="#1c2a1a" flood-opacity="0.28"/>
    </filter>`;

/** Puts the thing into the band that pages show of it: 5 to 2, so from y = 78 to 462. */
const staged = ({ from, to, x = 480, size }, things) => {
  const middle = (from + to) / 2;
  return `<g transform="translate(480 ${270 + 8}) scale(${size}) translate(${-x} ${-middle})">${things}</g>`;
};

const table = (warm) => `
  <defs>
    <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${warm[0]}"/><stop offset="1" stop-color="${warm[1]}"/></linearGradient>
    <linearGradient id="wood" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e3cfa9"/><stop offset="1" stop-color="#c9ad7c"/></linearGradient>
    <radialGradient id="light" cx="0.3" cy="0.2" r="0.9"><stop offset="0" stop-color="#fff" stop-opacity="0.55"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
    <filter id="soft"><feGaussianBlur stdDeviation="14"/></filter>
    ${VOLUME}
  </defs>
  <rect width="960" height="540" fill="url(#wall)"/>
  <rect y="335" width="960" height="205" fill="url(#wood)"/>
  <rect y="335" width="960" height="46" fill="url(#edge)"/>
  ${[360, 395, 438, 490].map((y) => `<path d="M0 ${y}C260 ${y - 6} 620 ${y + 9} 960 ${y - 2}" stroke="#b3945f" stroke-opacity="0.35" stroke-width="2" fill="none"/>`).join("")}
  <rect width="960" height="540" fill="url(#light)"/>`;

const shadow = (x, y, rx, ry) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="#4b3c1d" fill-opacity="0.35" filter="url(#soft)"/>`;

/** A leaf that points up from where it begins, turned by an angle. */
function leaf({ x, y, angle, stem, length, width, colours, tip }) {
  const [dark, mid, vein, stalk] = colours;
  const top = -(stem + length);
  const shape = `M0 ${-stem}C${f(-width * 0.9)} ${f(-stem - length * 0.12)} ${f(-width)} ${f(-stem - length * 0.7)} 0 ${f(top - tip)}C${f(width)} ${f(-stem - length * 0.7)} ${f(width * 0.9)} ${f(-stem - length * 0.12)} 0 ${-stem}z`;
  const half = `M0 ${-stem}C${f(width * 0.9)} ${f(-stem - length * 0.12)} ${f(width)} ${f(-stem - length * 0.7)} 0 ${f(top - tip)}z`;
  const veins = [0.22, 0.4, 0.58, 0.76]
    .map((part) => {
      const from = f(-stem - length * part);
      const to = f(-stem - length * (part + 0.16));
      const reach = width * (0.62 - Math.abs(part - 0.42) * 0.6);
      return `M0 ${from}Q${f(reach / 2)} ${from} ${f(reach)} ${to}M0 ${from}Q${f(-reach / 2)} ${from} ${f(-reach)} ${to}`;
    })
    .join("");
  return `<g filter="url(#volume)" transform="translate(${f(x)} ${f(y)}) rotate(${f(angle)})">
    <path d="M-9 8C-7 ${f(-stem * 0.6)} -4 ${f(-stem)} 0 ${f(-stem - length * 0.5)}C4 ${f(-stem)} 7 ${f(-stem * 0.6)} 9 8z" fill="${stalk}"/>
    <path d="${shape}" fill="${mid}"/><path d="${half}" fill="${dark}" fill-opacity="0.55"/>
    <path d="${veins}" stroke="${vein}" stroke-width="1.6" stroke-opacity="0.7" fill="none"/>
    <path d="M0 ${-stem + 4}L0 ${f(top * 0.97)}" stroke="${vein}" stroke-width="4" stroke-linecap="round"/>
  </g>`;
}

function bunch(options) {
  const leaves = [];
  const { count, spread } = options;
  for (let i = 0; i < count; i++) {
    // From the outside in, so that the middle lies on top
    const side = i % 2 === 0 ? 1 : -1;
    const part = 1 - Math.floor(i / 2) / Math.ceil(count / 2);
    leaves.push(
      leaf({
        ...options,
        x: options.x + side * part * 20,
        angle: options.lean + side * part * spread + between(-4, 4),
        stem: options.stem * between(0.85, 1.1),
        length: options.length * between(0.85, 1.12),
        width: options.width * between(0.88, 1.12),
        colours: options.colours[i % options.colours.length],
      }),
    );
  }
  return leaves.join("");
}

const tie = (x, y, colour) =>
  `<path d="M${x - 42} ${y - 8}C${x - 20} ${y + 5} ${x + 20} ${y + 5} ${x + 42} ${y - 8}L${x + 40} ${y + 14}C${x + 20} ${y + 26} ${x - 20} ${y + 26} ${x - 40} ${y + 14}z" fill="${colour}"/>`;

const KOMATSUNA = [
  ["#1f5a2c", "#3c8a43", "#a9d48c", "#b9dc98"],
  ["#2a6b33", "#4b9a4b", "#b7dd99", "#c9e6ab"],
  ["#1b5028", "#357c3d", "#9fcb84", "#b2d790"],
];
const SPINACH = [
  ["#143f22", "#27633a", "#6fa772", "#5f9a61"],
  ["#194a29", "#2f7145", "#7db37f", "#6ba66c"],
];

const komatsuna = () =>
  table(["#f4efe2", "#e7e3d2"]) +
  staged(
    { from: 118, to: 478, size: 0.98 },
    shadow(480, 468, 330, 30) +
      [300, 480, 655]
        .map(
          (x, i) =>
            bunch({
              x,
              y: 462,
              lean: (i - 1) * 9,
              spread: 24,
              count: 9,
              stem: 105,
              length: 205,
              width: 52,
              tip: 4,
              colours: KOMATSUNA,
            }) + tie(x + (i - 1) * 8, 405, "#d7433b"),
        )
        .join(""),
  );

const spinach = () =>
  table(["#f2eee4", "#e3dfd2"]) +
  staged(
    { from: 160, to: 500, size: 1 },
    shadow(480, 470, 330, 30) +
      [320, 640]
        .map(
          (x, i) =>
            `<path filter="url(#volume)" d="M${x - 24} 446C${x - 16} 474 ${x - 8} 486 ${x} 498C${x + 8} 486 ${x + 16} 474 ${x + 24} 446z" fill="#d8849a"/>` +
            bunch({
              x,
              y: 462,
              lean: (i - 0.5) * 12,
              spread: 36,
              count: 13,
              stem: 95,
              length: 175,
              width: 56,
              tip: 26,
              colours: SPINACH,
            }),
        )
        .join(""),
  );

function mizuna() {
  const stalks = [];
  for (let i = 0; i < 46; i++) {
    const x = between(330, 630);
    const angle = (x - 480) / 6 + between(-8, 8);
    const length = between(270, 355);
    let feathers = "";
    for (let part = 0.5; part < 1; part += 0.07) {
      const y = -length * part;
      const reach = between(16, 30) * (1.35 - part * 0.75);
      feathers += `M0 ${f(y)}q${f(reach * 0.3)} -14 ${f(reach)} -17q-3 12 ${f(-reach)} 27zM0 ${f(y)}q${f(-reach * 0.3)} -14 ${f(-reach)} -17q3 12 ${f(reach)} 27z`;
    }
    const green = ["#5ea64a", "#4c9440", "#77b95b"][i % 3];
    stalks.push(
      `<g filter="url(#volume)" transform="translate(${f(x * 0.45 + 264)} 470) rotate(${f(angle)})"><path d="M-4 10C-3 ${f(-length * 0.4)} -1 ${f(-length * 0.8)} 0 ${f(-length)}C1 ${f(-length * 0.8)} 3 ${f(-length * 0.4)} 4 10z" fill="#eef4df"/><path d="${feathers}" fill="${green}"/></g>`,
    );
  }
  return (
    table(["#eef1ea", "#dfe4d8"]) +
    staged(
      { from: 108, to: 488, size: 0.93 },
      shadow(480, 478, 250, 28) + stalks.join("") + tie(480, 424, "#6a4fa0"),
    )
  );
}

function carrots() {
  const one = (x, y, angle, length) => {
    let tops = "";
    for (let i = 0; i < 7; i++) {
      const turn = (i - 3) * 9 + between(-4, 4);
      let fern = "";
      for (let part = 20; part < 150; part += 12) {
        const reach = between(9, 17) * (part > 70 ? 1 : 0.6);
        fern += `M0 ${-part}l${f(reach)} ${f(-reach)}M0 ${-part}l${f(-reach)} ${f(-reach)}`;
      }
      tops += `<g transform="rotate(${f(turn)})"><path d="M0 0L0 -165" stroke="#4f8f3c" stroke-width="5"/><path d="${fern}" stroke="${i % 2 ? "#5fa548" : "#41823a"}" stroke-width="6" stroke-linecap="round"/></g>`;
    }
    const rings = [0.12, 0.26, 0.37, 0.52, 0.7]
      .map(
        (part) =>
          `M${f(-34 * (1 - part))} ${f(length * part)}q${f(20 * (1 - part))} 7 ${f(38 * (1 - part))} 2`,
      )
      .join("");
    return `<g transform="translate(${x} ${y}) rotate(${angle})"><g filter="url(#volume)">${tops}</g><g filter="url(#volume)"><path d="M-44 6C-40 -16 40 -16 44 6C42 ${f(length * 0.45)} 14 ${f(length * 0.85)} 0 ${length}C-14 ${f(length * 0.85)} -42 ${f(length * 0.45)} -44 6z" fill="#ea7a24"/><path d="M8 -12C30 -10 42 -4 44 6C42 ${f(length * 0.45)} 14 ${f(length * 0.85)} 0 ${length}C10 ${f(length * 0.6)} 20 ${f(length * 0.3)} 8 -12z" fill="#c95d14" fill-opacity="0.5"/><path d="${rings}" stroke="#b9520f" stroke-width="3" fill="none" stroke-linecap="round"/></g></g>`;
  };
  return (
    table(["#f3ece0", "#e6dccb"]) +
    staged(
      { from: 105, to: 465, x: 385, size: 1.02 },
      shadow(500, 440, 260, 34) +
        one(330, 250, -58, 290) +
        one(350, 330, -66, 310) +
        one(345, 400, -78, 300),
    )
  );
}

/** A portion as it lies in its tray: cut edge in front, the white lines of the muscle bent to a V. */
function portion(x, y, turn) {
  const lines = [0, 1, 2, 3, 4]
    .map((i) => {
      const at = -118 + i * 56;
      return `M${at} ${-64 + i * 3}C${at + 34} -40 ${at + 40} -12 ${at + 12} 26`;
    })
    .join("");
  const cut = [0, 1, 2, 3, 4].map((i) => `M${-112 + i * 56} ${36 + i}q14 22 6 46`).join("");
  return `<g filter="url(#volume)" transform="translate(${x} ${y}) rotate(${turn})">
    <path d="M-168 30C-150 46 120 58 172 34C176 62 172 84 160 90C100 106 -110 100 -156 84C-168 76 -172 54 -168 30z" fill="#e0694a"/>
    <path d="M-150 -48C-90 -92 80 -96 150 -54C174 -34 182 12 172 36C120 58 -150 46 -168 30C-176 4 -170 -30 -150 -48z" fill="#f58f6c"/>
    <path d="${lines}" stroke="#fde0d0" stroke-width="6" fill="none" stroke-linecap="round" stroke-opacity="0.9"/>
    <path d="${cut}" stroke="#f7b79c" stroke-width="5" fill="none" stroke-linecap="round" stroke-opacity="0.8"/>
  </g>`;
}

function salmon() {
  const sprig = (x, y, turn) =>
    `<g filter="url(#volume)" transform="translate(${x} ${y}) rotate(${turn})">${[-20, 0, 22].map((one) => `<g transform="rotate(${one})"><path d="M0 0L0 -130" stroke="#4e8a4a" stroke-width="5"/><path d="M0 -40l18 -18M0 -40l-18 -18M0 -68l17 -17M0 -68l-17 -17M0 -96l14 -14M0 -96l-14 -14" stroke="#5c9b52" stroke-width="6" stroke-linecap="round"/></g>`).join("")}</g>`;
  const lemon = `<g filter="url(#volume)" transform="translate(772 372) rotate(12) scale(1 0.72)"><circle r="58" fill="#f3d250"/><circle r="50" fill="#fbf0b2"/>${[0, 36, 72, 108, 144].map((turn) => `<path d="M-46 0L46 0" stroke="#f2d24f" stroke-width="5" transform="rotate(${turn})"/>`).join("")}</g>`;
  return (
    table(["#e6ebe8", "#d5dcd6"]) +
    staged(
      { from: 150, to: 470, size: 1.06 },
      `${shadow(480, 440, 400, 30)}
      <g filter="url(#volume)"><path d="M150 250L812 250L900 432L62 432z" fill="#f6f4ee"/><path d="M62 432L900 432L894 456L70 456z" fill="#dcd8cc"/></g>
      ${sprig(250, 300, -62)}
      ${portion(370, 296, -4)}${portion(610, 286, 3)}${portion(478, 374, -1)}
      ${lemon}`,
    )
  );
}

/** A leaf with lobes on both sides, up from where it begins. */
function lobed({ x, y, angle, length, width, lobes, colours }) {
  const [blade, vein, stalk] = colours;
  const side = (sign) => {
    const points = [];
    for (let i = 0; i < lobes; i++) {
      const from = -length * (0.28 + (0.62 * i) / lobes);
      const to = -length * (0.28 + (0.62 * (i + 1)) / lobes);
      const reach = sign * width * (0.6 + (0.4 * i) / lobes) * between(0.8, 1.15);
      points.push(
        [reach, from - (from - to) * 0.35, reach * 0.9, to],
        [sign * width * 0.22, to, sign * width * 0.2, to],
      );
    }
    return points;
  };
  const up = side(1).map(([a, b, c, d]) => `Q${f(a)} ${f(b)} ${f(c * 0.5)} ${f(d)}`);
  const right = up.join("");
  const left = side(-1)
    .map(([a, b, c, d]) => `Q${f(a)} ${f(b)} ${f(c * 0.5)} ${f(d)}`)
    .join("");
  const half = (curves, sign) =>
    `M0 ${f(-length * 0.2)}${curves}Q${f(sign * width * 0.5)} ${f(-length * 0.96)} 0 ${f(-length * 1.03)}z`;
  return `<g filter="url(#volume)" transform="translate(${f(x)} ${f(y)}) rotate(${f(angle)})"><path d="M-3 6L0 ${f(-length * 0.6)}L3 6z" fill="${stalk}"/><path d="${half(right, 1)}" fill="${blade}"/><path d="${half(left, -1)}" fill="${blade}" fill-opacity="0.88"/><path d="M0 0L0 ${f(-length * 0.93)}" stroke="${vein}" stroke-width="3" stroke-linecap="round"/></g>`;
}

const BABY = [
  ["#2c6b34", "#58a04a", "#c3e3a4", "#cfe7b2"],
  ["#4b1f2e", "#7d3048", "#d39aa8", "#c87f91"],
  ["#357a3a", "#6db255", "#d3ecb6", "#dcefc2"],
];
const baby = (at) =>
  leaf({
    ...at,
    stem: 26,
    length: between(70, 92),
    width: between(24, 31),
    tip: 2,
    colours: BABY[Math.floor(chance() * BABY.length)],
  });
const rocketLeaf = (at) =>
  lobed({
    ...at,
    length: between(120, 155),
    width: between(28, 38),
    lobes: 3,
    colours: [["#3f8a3c", "#549f46", "#2f7434"][Math.floor(chance() * 3)], "#b9dc9c", "#a9cf8b"],
  });
const mustardLeaf = (at) =>
  lobed({
    ...at,
    length: between(120, 160),
    width: between(24, 32),
    lobes: 7,
    colours: [["#7a2944", "#93395a", "#5f2140"][Math.floor(chance() * 3)], "#dba0b4", "#c98aa2"],
  });

/** Leaves in a heap, those behind first. */
function heap({ x, y, width, height, count, kinds }) {
  const leaves = [];
  for (let i = 0; i < count; i++) {
    const part = i / count;
    const across = between(-1, 1);
    leaves.push(
      kinds[Math.floor(chance() * kinds.length)]({
        x: x + across * width * (0.55 + 0.45 * part),
        y: y - height * (1 - part) * (1 - across * across * 0.7),
        angle: across * 70 + between(-38, 38),
      }),
    );
  }
  return leaves.join("");
}

const BOWL = `<g filter="url(#volume)"><path d="M190 335C200 452 300 500 480 500C660 500 760 452 770 335C700 372 600 384 480 384C360 384 260 372 190 335z" fill="#fbfaf6"/><path d="M190 335C200 452 300 500 480 500C660 500 760 452 770 335C752 440 640 478 480 478C320 478 208 440 190 335z" fill="#16241d" fill-opacity="0.1"/><path d="M190 335C260 372 360 384 480 384C600 384 700 372 770 335" fill="none" stroke="#d8d4c6" stroke-width="5"/></g>`;

const salad = () =>
  table(["#eef2e8", "#dde5d6"]) +
  staged(
    { from: 92, to: 512, size: 0.88 },
    shadow(480, 492, 310, 26) +
      `<ellipse cx="480" cy="335" rx="290" ry="52" fill="#e4e0d2"/>` +
      heap({
        x: 480,
        y: 392,
        width: 225,
        height: 165,
        count: 104,
        kinds: [baby, rocketLeaf, mustardLeaf],
      }) +
      BOWL,
  );

/** One kind, loose on a board. */
const loose = (kind, wall) =>
  table(wall) +
  staged(
    { from: 215, to: 485, size: 1.18 },
    shadow(480, 474, 330, 24) +
      heap({ x: 480, y: 468, width: 270, height: 140, count: 84, kinds: [kind] }),
  );

function tomatoes() {
  const one = (x, y, size, turn) => {
    const star = [0, 72, 144, 216, 288]
      .map(
        (angle) =>
          `<path d="M0 0C${f(size * 0.14)} ${f(-size * 0.3)} ${f(size * 0.06)} ${f(-size * 0.5)} 0 ${f(-size * 0.62)}C${f(-size * 0.06)} ${f(-size * 0.5)} ${f(-size * 0.14)} ${f(-size * 0.3)} 0 0z" transform="rotate(${angle})" fill="#3f7d34"/>`,
      )
      .join("");
    return `<g filter="url(#volume)" transform="translate(${f(x)} ${f(y)})"><circle r="${size}" fill="#d8352a"/><path d="M${f(-size * 0.9)} ${f(size * 0.42)}A${size} ${size} 0 0 0 ${f(size * 0.95)} ${f(size * 0.3)}A${f(size * 1.25)} ${f(size * 1.1)} 0 0 1 ${f(-size * 0.9)} ${f(size * 0.42)}z" fill="#a91f1a" fill-opacity="0.6"/><ellipse cx="${f(-size * 0.36)}" cy="${f(-size * 0.3)}" rx="${f(size * 0.22)}" ry="${f(size * 0.13)}" transform="rotate(-35)" fill="#fff" fill-opacity="0.65"/><g transform="translate(${f(size * 0.12)} ${f(-size * 0.62)}) rotate(${turn}) scale(1 0.62)">${star}</g></g>`;
  };
  let all = "";
  for (const [y, count, size] of [
    [330, 4, 62],
    [388, 5, 66],
    [444, 6, 64],
  ]) {
    for (let i = 0; i < count; i++) {
      const x = 480 + (i - (count - 1) / 2) * 112 + between(-12, 12);
      all += one(x, y + between(-8, 8), size + between(-5, 5), between(-40, 40));
    }
  }
  return (
    table(["#f4ece2", "#e8dccb"]) +
    staged({ from: 262, to: 515, size: 1.22 }, shadow(480, 490, 360, 26) + all)
  );
}

/** Without any sign of a verdict: that is for the reader's own device to give. */
const preview = () => `
  <rect width="1200" height="630" fill="#fbfaf6"/>
  <rect width="1200" height="18" fill="#0b3d2e"/>
  <g transform="translate(90 120)">
    <text y="90" font-size="112" font-weight="700" fill="#0b3d2e">産地 Sanchi</text>
    <text y="190" font-size="44" fill="#16241d">畑や海から食卓まで。</text>
    <text y="254" font-size="44" fill="#16241d">その歩みを、自分の端末で確かめる。</text>
    <text y="330" font-size="32" fill="#55645c">From the field or the sea to the table, checked by you.</text>
  </g>
  <g transform="translate(900 120)">
    <circle cx="100" cy="120" r="120" fill="#e6f2eb"/>
    <path d="M52 180C20 90 80 40 178 36C182 134 136 200 52 180z" fill="#0b6b43"/>
    <path d="M30 218C60 150 100 108 150 72" fill="none" stroke="#e6f2eb" stroke-width="9" stroke-linecap="round"/>
  </g>
  <g fill="none" stroke="#0b6b43" stroke-width="6"><path d="M100 545L1100 545" stroke-dasharray="2 16" stroke-linecap="round"/></g>
  ${[100, 433, 766, 1100].map((x) => `<circle cx="${x}" cy="545" r="16" fill="#0b6b43" stroke="#fbfaf6" stroke-width="6"/>`).join("")}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

async function draw(width, height, body, file) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(
    `<body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" style="display:block;font-family:'BIZ UDPGothic','Noto Sans CJK JP',sans-serif">${body}</svg>`,
  );
  const kind = file.endsWith(".png") ? { type: "png" } : { type: "jpeg", quality: 84 };
  await page.screenshot({ path: file, ...kind });
  await page.close();
}

mkdirSync(PRODUCTS, { recursive: true });
const pictures = {
  carrots,
  komatsuna,
  mizuna,
  salmon,
  spinach,
  // In the order in which they were first drawn: each goes on with the chance of the one before
  salad,
  leaves: () => loose(baby, ["#f1efe2", "#e2dfcf"]),
  rocket: () => loose(rocketLeaf, ["#eef1ea", "#dfe4d8"]),
  mustard: () => loose(mustardLeaf, ["#f3edea", "#e6dcd8"]),
  tomatoes,
};
for (const [name, picture] of Object.entries(pictures)) {
  await draw(960, 540, picture(), `${PRODUCTS}${name}.jpg`);
}
await draw(1200, 630, preview(), at("web-ui/src/main/webapp/preview.png"));

/** The paper of a certificate that the demonstration's farm shows by itself. */
const certificate = `
  <style>
    @page { size: A5; margin: 0 }
    body { margin: 0; font: 11pt/1.9 "BIZ UDPGothic", "Noto Sans CJK JP", sans-serif; color: #16241d }
    main { position: absolute; inset: 10mm; border: 1.2mm double #0b3d2e; padding: 12mm 11mm; box-sizing: border-box }
    h1 { margin: 4mm 0 8mm; font-size: 21pt; text-align: center; letter-spacing: .3em }
    dl { display: grid; grid-template-columns: 6em 1fr; gap: 2mm 4mm }
    dt { color: #55645c } dd { margin: 0 }
    .number, .from { text-align: right } .from { margin-top: 14mm }
    .sample { position: absolute; inset: 85mm 0 auto; text-align: center; font-size: 44pt; color: #b3261e; opacity: .16; transform: rotate(-24deg) }
  </style>
  <main>
    <p class="number">第 0000 号</p>
    <h1>認定証</h1>
    <dl>
      <dt>認定を受けた人</dt><dd>北俣農園</dd>
      <dt>認定の内容</dt><dd>環境への負荷を減らす農業の計画（化学肥料・化学農薬を使わない野菜づくり）</dd>
      <dt>対象</dt><dd>野菜</dd>
    </dl>
    <p>上の計画を認定します。</p>
    <p class="from">宮崎県（見本）</p>
    <p class="sample">見本 SAMPLE</p>
  </main>`;
const paper = await browser.newPage();
await paper.setContent(certificate);
await paper.pdf({
  path: `${PRODUCTS}certificate.pdf`,
  preferCSSPageSize: true,
  printBackground: true,
});
await browser.close();
