package dev.muster.cli.client;

import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/** Turns what a call ended with into what a command ends with. */
final class StatusFailures {

    private StatusFailures() {}

    static CommandFailure of(StatusRuntimeException failure, Servers servers) {
        Status status = failure.getStatus();
        String description = Optional.ofNullable(status.getDescription()).orElse("no reason given");
        return switch (status.getCode()) {
            case NOT_FOUND -> new CommandFailure(ExitCode.NOT_FOUND, description, failure);
            case UNAVAILABLE, DEADLINE_EXCEEDED -> unreachable(failure, servers);
            case INVALID_ARGUMENT -> new CommandFailure(ExitCode.USAGE, description, failure);
            case ALREADY_EXISTS, FAILED_PRECONDITION, PERMISSION_DENIED, UNAUTHENTICATED, RESOURCE_EXHAUSTED, ABORTED ->
                new CommandFailure(ExitCode.REFUSED, description, failure);
            case UNIMPLEMENTED ->
                new CommandFailure(
                        ExitCode.FAILED,
                        "the controller at " + servers + " is older than this command; bring it up to date",
                        failure);
            case OK, CANCELLED, UNKNOWN, OUT_OF_RANGE, INTERNAL, DATA_LOSS ->
                new CommandFailure(
                        ExitCode.FAILED,
                        "the controller at %s answered %s: %s".formatted(servers, status.getCode(), description),
                        failure);
        };
    }

    private static CommandFailure unreachable(StatusRuntimeException failure, Servers servers) {
        if (Connections.saysWhere(failure)) {
            String said = String.valueOf(failure.getStatus().getDescription());
            return new CommandFailure(ExitCode.UNREACHABLE, said, failure);
        }
        if (!servers.isOne()) {
            return new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "none of the controllers at " + servers + " leads and answers; look at them, or name others with"
                            + " --server",
                    failure);
        }
        return new CommandFailure(
                ExitCode.UNREACHABLE,
                "controller at " + servers + " is not reachable; start one with `muster up` or name it with --server",
                failure);
    }

    /** Whether nobody answered, as far as is known. */
    static boolean isUnreachable(StatusRuntimeException failure) {
        return switch (failure.getStatus().getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN -> true;
            default -> false;
        };
    }

    /** Whether the same call may succeed a little later: the controller starts, stops, or the connection broke. */
    static boolean mayPass(StatusRuntimeException failure) {
        return switch (failure.getStatus().getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> true;
            case OK,
                    UNKNOWN,
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    DATA_LOSS,
                    UNAUTHENTICATED -> false;
        };
    }
}
