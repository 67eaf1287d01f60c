package dev.muster.controller.codec;

import dev.muster.controller.state.Progress;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * What ranks say about their training. It comes from a file that a user's program writes, so odd numbers are made
 * harmless instead of refused: a bad line of a job must not cost its host the connection.
 */
final class ProgressCodec {

    private ProgressCodec() {}

    static dev.muster.proto.v1.Progress write(Progress progress) {
        dev.muster.proto.v1.Progress.Builder wire = dev.muster.proto.v1.Progress.newBuilder()
                .setStep(progress.step())
                .setCheckpoint(progress.checkpoint())
                .setTotalSteps(progress.totalSteps())
                .setCheckpointSeconds(progress.checkpointSeconds())
                .setReportedAtMillis(progress.reportedAt().toEpochMilli());
        progress.loss().ifPresent(wire::setLoss);
        return wire.build();
    }

    static Progress read(dev.muster.proto.v1.Progress wire) {
        double seconds = wire.getCheckpointSeconds();
        return new Progress(
                Math.max(0, wire.getStep()),
                Math.max(0, wire.getCheckpoint()),
                wire.hasLoss() ? OptionalDouble.of(wire.getLoss()) : OptionalDouble.empty(),
                Math.max(0, wire.getTotalSteps()),
                seconds > 0 && Double.isFinite(seconds) ? seconds : 0,
                Instant.ofEpochMilli(wire.getReportedAtMillis()));
    }
}
