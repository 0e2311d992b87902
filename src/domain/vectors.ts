/** Dot product of two equally long vectors; for L2-normalised ones this is the cosine. */
export function dot(a: Float32Array, b: Float32Array): number {
  let s0 = 0,
    s1 = 0,
    s2 = 0,
    s3 = 0;
  const n = a.length,
    m = n & ~3;
  for (let i = 0; i < m; i += 4) {
    s0 += (a[i] ?? 0) * (b[i] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (let i = m; i < n; i++) s0 += (a[i] ?? 0) * (b[i] ?? 0);
  return s0 + s1 + s2 + s3;
}

/** L2-normalises in place. @returns the length before; a zero vector stays zero. */
export function normalise(v: Float32Array): number {
  const norm = Math.sqrt(dot(v, v));
  if (norm > 0) for (let i = 0; i < v.length; i++) v[i] = (v[i] ?? 0) / norm;
  return norm;
}

/** Weighted mean of unit vectors, L2-normalised. @param weights non-negative, not all 0 (then all count alike). */
export function weightedMean(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const out = new Float32Array(vectors[0]?.length ?? 0);
  const all = weights.reduce((a, b) => a + b, 0);
  vectors.forEach((v, k) => {
    const w = all > 0 ? (weights[k] ?? 0) : 1;
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + w * (v[i] ?? 0);
  });
  normalise(out);
  return out;
}
