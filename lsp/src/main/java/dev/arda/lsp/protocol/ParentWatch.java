package dev.arda.lsp.protocol;

import java.util.Optional;

/** Ends the server when the editor's process ends, which may leave the streams open. */
record ParentWatch(Runnable onOrphaned) {

  /** Watches a process; one that is gone already counts as ended. */
  void watch(Optional<Integer> processId) {
    processId.ifPresent(id ->
        ProcessHandle.of(id)
            .ifPresentOrElse(
                parent -> {
                  var _ = parent.onExit().thenRun(onOrphaned);
                },
                onOrphaned));
  }
}
