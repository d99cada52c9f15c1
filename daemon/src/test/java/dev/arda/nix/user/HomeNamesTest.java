package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which home configuration a name means. */
class HomeNamesTest {

  @Test
  void candidates_areThoseOfHomeManagerInItsOrder() {
    assertThat(HomeNames.candidates("alice", Optional.of("web.example.org"), "web.lan"))
        .containsExactly("alice@web.example.org", "alice@web.lan", "alice@web", "alice");
    assertThat(HomeNames.candidates("alice", Optional.of("web"), "web"))
        .containsExactly("alice@web", "alice");
    assertThat(HomeNames.candidates("alice@db", Optional.of("web"), "web"))
        .containsExactly("alice@db");
  }

  @Test
  void find_fullNameIsAskedOnlyWhereItCanMatter() {
    assertThat(
            HomeNames.find(
                "alice",
                List.of("alice", "alice@db.example.org"),
                () -> {
                  throw new AssertionError("asked");
                },
                "web"))
        .contains("alice");
    assertThat(
            HomeNames.find(
                "alice",
                List.of("alice", "alice@web.example.org"),
                () -> Optional.of("web.example.org"),
                "web"))
        .contains("alice@web.example.org");
    assertThat(HomeNames.find("bob", List.of("alice"), Optional::empty, "web")).isEmpty();
  }

  @Test
  void parts_aNameWithNothingBesideItsSign_hasNoHost() {
    assertThat(HomeNames.parts("@x").host()).isEmpty();
    assertThat(HomeNames.parts("x@").person()).isEqualTo("x@");
    assertThat(HomeNames.parts("a@b@c")).isEqualTo(new HomeNames.Parts("a", Optional.of("b@c")));
  }
}
