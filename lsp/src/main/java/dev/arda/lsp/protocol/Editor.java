package dev.arda.lsp.protocol;

import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.MessageType;

/**
 * The editor at the other end.
 *
 * @param methods what it can be asked and told
 */
record Editor(EditorMethods methods) {

  /** Writes into its log. */
  void log(String text) {
    methods.logMessage(new MessageParams(MessageType.Info, text));
  }

  /** Shows a warning. */
  void warn(String text) {
    methods.showMessage(new MessageParams(MessageType.Warning, text));
  }
}
