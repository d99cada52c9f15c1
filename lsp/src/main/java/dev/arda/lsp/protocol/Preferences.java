package dev.arda.lsp.protocol;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

/**
 * What a person prefers, as an editor tells it. None of it decides what is evaluated, since a
 * repository can carry settings.
 *
 * @param inlayHints whether values stand beside the paths that name them
 */
record Preferences(boolean inlayHints) {

  static final Preferences DEFAULT = new Preferences(false);

  /**
   * Reads them, whether they stand by themselves or below {@code arda}; what is not there stays as
   * it is.
   */
  Preferences with(JsonElement settings) {
    if (!settings.isJsonObject()) {
      return this;
    }
    var object = settings.getAsJsonObject();
    var own = object.get("arda");
    return read(own != null && own.isJsonObject() ? own.getAsJsonObject() : object);
  }

  /** Whether an editor says that it does not trust its folders; it cannot say the contrary. */
  static boolean restricts(JsonElement options) {
    return options.isJsonObject()
        && options.getAsJsonObject().get("workspaceTrusted") instanceof JsonPrimitive trusted
        && trusted.isBoolean()
        && !trusted.getAsBoolean();
  }

  private Preferences read(JsonObject object) {
    var hints = object.get("inlayHints");
    if (hints != null && hints.isJsonObject()) {
      hints = hints.getAsJsonObject().get("enable");
    }
    return hints != null && hints.isJsonPrimitive() && hints.getAsJsonPrimitive().isBoolean()
        ? new Preferences(hints.getAsBoolean())
        : this;
  }
}
