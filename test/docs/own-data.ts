/** Points of two classes as a table: what docs/tutorial.md makes with Python. */
export function csvOfPoints(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const angle = (i * 2.399963) % (2 * Math.PI);
    const inside = i % 2 === 0;
    const radius = inside ? 0.5 : 1;
    return `${radius * Math.cos(angle)},${radius * Math.sin(angle)},${inside ? "inner" : "outer"}`;
  });
  return `${["x,y,ring", ...rows].join("\n")}\n`;
}
