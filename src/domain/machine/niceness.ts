/**
 * How far what works in the background stays behind the thread that answers questions, as niceness (setpriority(2)):
 * on a machine with two cores a question otherwise waits for one. The decoder goes before the networks, since all wait
 * for it; the five between them are a third of a share.
 */
export const NICENESS = { decoder: 5, inference: 10 } as const;
