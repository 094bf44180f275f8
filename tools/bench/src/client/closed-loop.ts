/** `clients` at once, each beginning its next turn when the last has ended, until `turns` are done; in the order of their ends. */
export async function closedLoop<T>(turns: number, clients: number, turn: () => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  let begun = 0;
  const client = async (): Promise<void> => {
    while (begun < turns) {
      begun += 1;
      done.push(await turn());
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return done;
}
