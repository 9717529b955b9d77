// Holds the state, and tells the view when it changed.

import { reduce, type Action, type State } from "./state";

export class Store {
  private readonly listeners = new Set<() => void>();

  constructor(public state: State) {}

  dispatch(action: Action): void {
    this.state = reduce(this.state, action);
    for (const listener of this.listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
