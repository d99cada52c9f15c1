package dev.arda.client.cli.view;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.rpc.Status;
import java.util.ArrayList;
import java.util.List;

/** Leaves out of a message what cannot be written as JSON, because its type is not known here. */
final class KnownDetails {

  private KnownDetails() {}

  /** The message without details of errors that the registry does not have. */
  static Message of(Message message, TypeRegistry types) {
    if (message instanceof Status status) {
      var result = status.toBuilder().clearDetails();
      status.getDetailsList().stream()
          .filter(any -> isKnown(any, types))
          .forEach(result::addDetails);
      return result.build();
    }
    var result = message.toBuilder();
    message
        .getAllFields()
        .forEach((field, value) -> {
          if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
            result.setField(
                field,
                value instanceof List<?> list ? each(list, types) : of((Message) value, types));
          }
        });
    return result.build();
  }

  private static List<Message> each(List<?> messages, TypeRegistry types) {
    var result = new ArrayList<Message>();
    messages.forEach(message -> result.add(of((Message) message, types)));
    return result;
  }

  private static boolean isKnown(Any any, TypeRegistry types) {
    try {
      return types.getDescriptorForTypeUrl(any.getTypeUrl()) != null;
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      // The address has no name of a type in it.
      return false;
    }
  }
}
