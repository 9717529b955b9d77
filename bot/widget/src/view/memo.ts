// Draws again only what changed: in a long talk, a new message must not cost a look at all others.

import { Component, createElement, type ComponentType, type FunctionComponent } from "preact";

/** Returns a component that is drawn again only when one of its properties is another one. */
export function memo<P extends object>(draw: FunctionComponent<P>): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = Object.keys(next) as (keyof P)[];
      return keys.some((key) => next[key] !== (this.props as P)[key]);
    }

    override render() {
      return createElement(draw, this.props as P);
    }
  };
}
