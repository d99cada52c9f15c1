package dev.arda.nix.flake.cache;

import java.util.Optional;
import java.util.Set;

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

        @Override
        public void remove(Set<String> identities) {}

        @Override
        public void removeAll() {}
      };

  /** The tree that was kept for a key; blocks. */
  Optional<SelectionTree> load(SelectionKey key);

  /** Keeps what a tree knows by the time it is written; returns at once. */
  void saveLater(SelectionKey key, SelectionTree tree);

  /** Forgets the trees of these contents, also those that are still to be written; blocks. */
  void remove(Set<String> identities);

  /** Forgets all trees; blocks. */
  void removeAll();
}
