package dev.arda.nix.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The three shapes in which versions of Nix print what a store knows, as they print them. */
class PathInfoReaderTest {

  private static final String APP = "jacs4b0d2nfzcqkpl11m1w0rz0c8ymb7-app-1";
  private static final String LIB = "kagzw1w8gw5ayn709kv576kclpr80lba-libfoo-1.0";
  private static final String DRV = "4c05906irrrc12yddg16kgxh0g2z66kz-app-1.drv";
  private static final PathInfo EXPECTED =
      new PathInfo(
          path(APP),
          "sha256-oG5cAeU4h2sI9EZMdm/kjlzbKV1JVbnD48amf8XqYqA=",
          840,
          List.of(path(LIB)),
          Optional.of(path(DRV)),
          Optional.empty(),
          List.of("test-1:RpeA=="),
          true,
          Optional.of(Instant.ofEpochSecond(1795689281)),
          0);

  private static StorePath path(String name) {
    return new StorePath("/nix/store", name);
  }

  private static List<PathInfo> read(String json) {
    return PathInfoReader.read(json.getBytes(StandardCharsets.UTF_8), "/nix/store");
  }

  private static String attributes(String directory) {
    return """
    "narHash":"sha256-oG5cAeU4h2sI9EZMdm/kjlzbKV1JVbnD48amf8XqYqA=","narSize":840,
    "references":["DIR%1$s","DIR%2$s"],"deriver":"DIR%3$s","registrationTime":1795689281,
    "signatures":["test-1:RpeA=="],"ultimate":true
    """
        .formatted(LIB, APP, DRV)
        .replace("DIR", directory);
  }

  @Test
  void read_array_asNix28PrintsIt() {
    assertThat(
            read(
                "[{\"path\":\"/nix/store/%s\",%s},{\"path\":\"/nix/store/%s\",\"valid\":false}]"
                    .formatted(APP, attributes("/nix/store/"), LIB)))
        .containsExactly(EXPECTED);
  }

  @Test
  void read_objectByPath_asNix226PrintsIt() {
    assertThat(
            read(
                "{\"/nix/store/%s\":{\"ca\":null,%s},\"/nix/store/%s\":null}"
                    .formatted(APP, attributes("/nix/store/"), LIB)))
        .containsExactly(EXPECTED);
  }

  @Test
  void read_secondVersionOfTheForm_namesTheStoreApart() {
    assertThat(
            read(
                "{\"info\":{\"%s\":{\"ca\":null,%s,\"storeDir\":\"/nix/store\",\"version\":2},\"%s\":null},\"storeDir\":\"/nix/store\",\"version\":2}"
                    .formatted(APP, attributes(""), LIB)))
        .containsExactly(EXPECTED);
  }

  @Test
  void read_pathOfABinaryCache_hasADownloadSizeAndNoTime() {
    var info =
        read("{\"/nix/store/%s\":{\"narHash\":\"h\",\"narSize\":5280,\"references\":[],\"deriver\":null,\"registrationTime\":null,\"downloadSize\":192}}"
                .formatted(LIB))
            .getFirst();

    assertThat(info.downloadSize()).isEqualTo(192);
    assertThat(info.registered()).isEmpty();
    assertThat(info.deriver()).isEmpty();
  }

  @Test
  void read_somethingElse_isAFailureOfTheStore() {
    for (var json : List.of("", "nonsense", "{\"/etc/passwd\":{\"narSize\":1}}", "[{}]")) {
      assertThatThrownBy(() -> read(json)).as(json).isInstanceOf(StoreException.class);
    }
  }
}
