package dev.arda.client.cli;

/** Writes a JSON object, field by field. */
final class JsonFields {

  private final StringBuilder text = new StringBuilder("{");

  JsonFields put(String name, String value) {
    return raw(name, JsonText.quote(value));
  }

  JsonFields put(String name, long value) {
    return raw(name, Long.toString(value));
  }

  JsonFields put(String name, boolean value) {
    return raw(name, Boolean.toString(value));
  }

  /** A field whose value is JSON already. */
  JsonFields raw(String name, String json) {
    if (text.length() > 1) {
      text.append(',');
    }
    text.append(JsonText.quote(name)).append(':').append(json);
    return this;
  }

  /** The object. */
  @Override
  public String toString() {
    return text + "}";
  }
}
