package dev.arda.lsp.protocol;

import dev.arda.client.ArdaException;
import dev.arda.client.Trust.Decision;
import dev.arda.lsp.daemon.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.lsp4j.MessageType;

/**
 * Asks whether a flake may be evaluated: at most once for each flake and editor, and never again
 * once it was answered.
 */
final class TrustQuestion {

  private static final String TRUST = "Trust";
  private static final String LATER = "Not Now";
  private static final String NEVER = "Never";

  private final Editor editor;
  private final Workspaces workspaces;
  private final Set<Path> asked = ConcurrentHashMap.newKeySet();

  TrustQuestion(Editor editor, Workspaces workspaces) {
    this.editor = editor;
    this.workspaces = workspaces;
  }

  /** Asks, if nothing was decided for a flake; does not wait for the answer. */
  void askAbout(Path root) {
    if (workspaces.decision(root).isPresent() || !asked.add(root)) {
      return;
    }
    var _ =
        editor
            .ask(
                MessageType.Info,
                "Let arda evaluate the flake in %s? Then it completes its real hosts, users and values. Evaluating runs what is written in the flake."
                    .formatted(root),
                List.of(TRUST, LATER, NEVER))
            .thenAccept(answer -> Thread.ofVirtual().start(() -> decided(root, answer)));
  }

  private void decided(Path root, String answer) {
    var decision =
        switch (answer) {
          case TRUST -> Optional.of(Decision.TRUSTED);
          case NEVER -> Optional.of(Decision.REFUSED);
          default -> Optional.<Decision>empty();
        };
    if (decision.isEmpty()) {
      editor.log("%s stays text to arda; `arda trust %s` changes that".formatted(root, root));
      return;
    }
    try {
      workspaces.decide(root, decision.get());
      workspaces.warm(root);
    } catch (IOException | ArdaException e) {
      editor.show(
          MessageType.Warning,
          "arda cannot keep that you decided about %s: %s".formatted(root, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody has this thread
    }
  }
}
