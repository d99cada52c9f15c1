package dev.arda.nix.user;

import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.HomeActivation.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a request wants to become of things in the way.
 *
 * @param request says so
 * @param user login name, for messages
 */
record CollisionChoice(ApplyRequest request, String user) {

  /**
   * What is moved out of the way.
   *
   * @throws UserException {@code USER_FILES_COLLIDE}, naming what may not be
   */
  List<Move> moves(List<Collision> collisions) {
    var refused = new ArrayList<Collision>();
    var moves = new ArrayList<Move>();
    for (var collision : collisions) {
      switch (request.policy(collision.path())) {
        case REFUSE -> refused.add(collision);
        case BACK_UP -> {
          if (collision.backupTaken()) {
            refused.add(collision);
          } else {
            moves.add(
                new Move(Collision.Policy.BACK_UP, request.backupExtension(), collision.path()));
          }
        }
        case OVERWRITE -> moves.add(new Move(Collision.Policy.OVERWRITE, "", collision.path()));
      }
    }
    if (!refused.isEmpty()) {
      throw collide(refused);
    }
    return moves;
  }

  private UserException collide(List<Collision> refused) {
    var names = refused.stream().limit(10).map(Collision::path).collect(Collectors.joining(", "));
    return new UserException(
        Reason.USER_FILES_COLLIDE,
        "%d %s in the way of the environment of %s, so nothing was changed: %s%s"
            .formatted(
                refused.size(),
                refused.size() == 1 ? "file is" : "files are",
                user,
                names,
                refused.size() > 10 ? ", …" : ""),
        Details.NONE
            .with("user", user)
            .with("files", Integer.toString(refused.size()))
            .with(
                "hint",
                refused.stream().allMatch(Collision::backupTaken)
                    ? "there are backups of that name already: --backup EXTENSION chooses another, --on-collision overwrite makes none"
                    : "--on-collision backup or overwrite moves them out of the way"));
  }
}
