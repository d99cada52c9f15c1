package dev.arda.nix.flake.cache;

import java.util.Optional;

/** Where trees outlive the daemon. Losing one costs evaluations, so nothing here fails. */
public interface TreeStore {

  /** Keeps nothing. */
  TreeStore NONE =
      new TreeStore() {
        @Override
        public Optional<SelectionTree> load(SelectionKey key) {
          return Optional.empty();
        }

        @Override
        public void saveLater(SelectionKey key, SelectionTree tree) {}
      };

  /** The tree that was kept for a key; blocks. */
  Optional<SelectionTree> load(SelectionKey key);

  /** Keeps what a tree knows by the time it is written; returns at once. */
  void saveLater(SelectionKey key, SelectionTree tree);
}
