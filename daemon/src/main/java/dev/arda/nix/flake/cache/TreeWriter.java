package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.cache.SelectionTree.State;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes what a tree knows as one JSON document, which {@link TreeReader} reads. */
final class TreeWriter {

  private final OutputStream out;

  private TreeWriter(OutputStream out) {
    this.out = out;
  }

  static void write(State state, OutputStream out) throws IOException {
    new TreeWriter(out).write(state);
  }

  private void write(State state) throws IOException {
    raw("{\"root\":");
    knowledge(state.root());
    raw(",\"whole\":[");
    String separator = "";
    for (var entry : state.whole().entrySet()) {
      raw(separator + "{\"selector\":");
      text(entry.getKey().selector().toString());
      raw(",\"encoding\":\"" + entry.getKey().encoding() + "\"");
      raw(",\"realised\":" + entry.getKey().realised() + ",\"paths\":[");
      String comma = "";
      for (String path : entry.getValue().realisedPaths()) {
        raw(comma);
        text(path);
        comma = ",";
      }
      raw("],\"answer\":");
      byte[] json = entry.getValue().json();
      Json.writeQuoted(json, 0, json.length, out);
      raw("}");
      separator = ",\n";
    }
    raw("]}");
  }

  private void knowledge(Knowledge knowledge) throws IOException {
    switch (knowledge) {
      case Gap gap -> raw("{\"gap\":\"" + gap + "\"}");
      case TypedValue value -> {
        raw("{\"value\":");
        value.writeTypedJson(out);
        raw("}");
      }
      case Partial partial -> partial(partial);
    }
  }

  private void partial(Partial partial) throws IOException {
    raw("{\"kind\":\"" + partial.kind() + "\",\"complete\":" + partial.complete());
    raw(",\"length\":" + partial.length() + ",\"type\":");
    text(partial.scalarType());
    TypedValue snapshot = partial.snapshot();
    if (snapshot != null) {
      raw(",\"snapshot\":");
      snapshot.writeTypedJson(out);
    }
    raw(",\"parts\":{");
    for (int i = 0; i < partial.size(); i++) {
      raw(i == 0 ? "" : ",\n");
      text(partial.name(i));
      raw(":");
      knowledge(partial.part(i));
    }
    raw("}}");
  }

  private void text(String text) throws IOException {
    out.write(Json.quote(text));
  }

  private void raw(String ascii) throws IOException {
    out.write(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
