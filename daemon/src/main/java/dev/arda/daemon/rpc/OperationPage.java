package dev.arda.daemon.rpc;

import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.ListOperationsResponse;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationFilter;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * One page of a listing. Its token holds the place of the last operation that was listed, which may
 * be gone when the next page is asked for, and a digest of the filter it belongs to.
 */
final class OperationPage {

  private static final int DEFAULT_SIZE = 50;
  private static final int MAX_SIZE = 500;
  private static final int TOKEN_HEAD = Long.BYTES + Integer.BYTES + Long.BYTES;

  private final OperationFilter filter;
  private final int size;
  private final Optional<Place> after;

  /** Where an operation stands in the listing: newest first, and by name at the same time. */
  private record Place(long seconds, int nanos, String name) {
    static Place of(Operation operation) {
      var created = operation.getCreatedAt();
      return new Place(created.getSeconds(), created.getNanos(), operation.getName());
    }

    boolean isBefore(Place other) {
      if (seconds != other.seconds) {
        return seconds > other.seconds;
      }
      return nanos != other.nanos ? nanos > other.nanos : name.compareTo(other.name) < 0;
    }
  }

  /**
   * The page that is asked for.
   *
   * @throws RequestCheck.InvalidRequestException if the request is malformed
   */
  OperationPage(ListOperationsRequest request) {
    filter = request.getFilter();
    after =
        request.getPageToken().isEmpty()
            ? Optional.empty()
            : decode(request.getPageToken(), digest(filter));
    new RequestCheck()
        .require(request.getPageSize() >= 0, "page_size", "is negative")
        .require(
            request.getPageToken().isEmpty() || after.isPresent(),
            "page_token",
            "is not the `next_page_token` of a listing with this filter")
        .require(
            !filter.getKindsList().contains(OperationKind.UNRECOGNIZED),
            "filter.kinds",
            "holds a kind that this daemon does not know")
        .require(
            !filter.getStatesList().contains(OperationState.UNRECOGNIZED),
            "filter.states",
            "holds a state that this daemon does not know")
        .done();
    size = request.getPageSize() == 0 ? DEFAULT_SIZE : Math.min(request.getPageSize(), MAX_SIZE);
  }

  /** Its operations, out of all. */
  ListOperationsResponse of(List<Operation> operations) {
    var wanted =
        operations.stream()
            .filter(this::matches)
            .sorted((a, b) -> Place.of(a).isBefore(Place.of(b)) ? -1 : a.equals(b) ? 0 : 1)
            .filter(o -> after.isEmpty() || after.get().isBefore(Place.of(o)))
            .limit(size + 1L)
            .toList();
    var response = ListOperationsResponse.newBuilder();
    wanted.stream().limit(size).forEach(response::addOperations);
    if (wanted.size() > size) {
      response.setNextPageToken(encode(Place.of(wanted.get(size - 1)), digest(filter)));
    }
    return response.build();
  }

  private boolean matches(Operation operation) {
    return operation.getName().startsWith(filter.getNamePrefix())
        && (filter.getKindsCount() == 0 || filter.getKindsList().contains(operation.getKind()))
        && (filter.getStatesCount() == 0 || filter.getStatesList().contains(operation.getState()))
        && (filter.getHostsCount() == 0
            || !Collections.disjoint(filter.getHostsList(), operation.getHostsList()))
        && (filter.getUsersCount() == 0
            || !Collections.disjoint(filter.getUsersList(), operation.getUsersList()));
  }

  private static long digest(OperationFilter filter) {
    var crc = new CRC32();
    crc.update(filter.toByteArray());
    return crc.getValue();
  }

  private static String encode(Place place, long digest) {
    var name = place.name().getBytes(StandardCharsets.UTF_8);
    var bytes =
        ByteBuffer.allocate(TOKEN_HEAD + name.length)
            .putLong(digest)
            .putInt(place.nanos())
            .putLong(place.seconds())
            .put(name);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  private static Optional<Place> decode(String token, long digest) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length < TOKEN_HEAD) {
      return Optional.empty();
    }
    var buffer = ByteBuffer.wrap(bytes);
    if (buffer.getLong() != digest) {
      return Optional.empty();
    }
    int nanos = buffer.getInt();
    long seconds = buffer.getLong();
    var name = StandardCharsets.UTF_8.decode(buffer).toString();
    return Optional.of(new Place(seconds, nanos, name));
  }
}
