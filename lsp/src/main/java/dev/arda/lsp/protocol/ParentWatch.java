package dev.arda.lsp.protocol;

/** Ends the server when the editor's process ends, which may leave the streams open. */
record ParentWatch(Runnable onOrphaned) {

  /** Watches a process; one that is gone already counts as ended. */
  void watch(long processId) {
    ProcessHandle.of(processId)
        .ifPresentOrElse(
            parent -> {
              var _ = parent.onExit().thenRun(onOrphaned);
            },
            onOrphaned);
  }
}
