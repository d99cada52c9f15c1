package dev.arda.lsp.protocol;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/**
 * What is set in the editor: what it says by itself, and what it says when it is asked, as those do
 * that tell only that something has changed. Thread-safe.
 */
final class SettingsNews {

  private final Editor editor;
  private volatile Preferences preferences = Preferences.DEFAULT;
  private volatile boolean tells;
  private volatile boolean refreshes;

  SettingsNews(Editor editor) {
    this.editor = editor;
  }

  /** Learns what the editor can say. */
  void negotiate(Introduction introduction) {
    tells = introduction.tellsSettings();
    refreshes = introduction.refreshesInlayHints();
    preferences = preferences.with(introduction.options());
  }

  /** What is set now. */
  Preferences now() {
    return preferences;
  }

  /** Asks the editor, if it can be asked. Does not block. */
  void ask() {
    if (tells) {
      var _ = editor.settings().thenAccept(this::take);
    }
  }

  /**
   * Something was set.
   *
   * @param said what; an editor that wants to be asked leaves it out
   */
  void changed(JsonElement said) {
    if (said instanceof JsonObject object && !object.isEmpty()) {
      take(object);
    } else {
      ask();
    }
  }

  private void take(JsonElement said) {
    boolean before = preferences.inlayHints();
    preferences = preferences.with(said);
    if (refreshes && before != preferences.inlayHints()) {
      editor.refreshInlayHints();
    }
  }
}
