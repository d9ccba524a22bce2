import type { Session } from "./session";

export async function repair(_session: Session): Promise<void> {}
