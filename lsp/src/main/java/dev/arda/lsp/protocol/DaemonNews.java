package dev.arda.lsp.protocol;

import dev.arda.lsp.daemon.DaemonLink;
import org.eclipse.lsp4j.MessageType;

/** Tells the editor's user how the connection to the daemon fares, once for each change. */
record DaemonNews(Editor editor) implements DaemonLink.Listener {

  @Override
  public void lost(String why) {
    editor.show(
        MessageType.Warning,
        "arda's daemon does not answer; completing from the text and from what was known: " + why);
  }

  @Override
  public void back() {
    editor.log("arda's daemon answers again");
  }

  @Override
  public void replaced() {
    editor.log("arda's daemon had ended; another one answers now");
  }

  @Override
  public void withoutNix(String why) {
    editor.show(MessageType.Warning, "arda evaluates nothing; completing from the text: " + why);
  }
}
