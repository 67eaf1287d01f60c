package dev.muster.controller.codec;

import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A job as its user asked for it. Problems name fields as the job file does. */
public final class JobSpecCodec {

    private static final EnumMapping<ProcessLayout, dev.muster.proto.v1.ProcessLayout> LAYOUTS =
            EnumMapping.of(ProcessLayout.class, dev.muster.proto.v1.ProcessLayout.class, "PROCESS_LAYOUT_");
    private static final EnumMapping<Spread, dev.muster.proto.v1.Spread> SPREADS =
            EnumMapping.of(Spread.class, dev.muster.proto.v1.Spread.class, "SPREAD_");

    private JobSpecCodec() {}

    public static dev.muster.proto.v1.JobSpec write(JobSpec spec) {
        dev.muster.proto.v1.JobSpec.Builder wire = dev.muster.proto.v1.JobSpec.newBuilder()
                .setNamespace(spec.key().namespace())
                .setName(spec.key().name())
                .setQueue(spec.queue())
                .setPriority(spec.priority())
                .setGang(write(spec.gang()))
                .setTopology(write(spec.topology()))
                .setWalltimeMillis(spec.walltime().map(Duration::toMillis).orElse(0L))
                .setPreemptible(spec.preemptible())
                .setMinRuntimeMillis(spec.minRuntime().toMillis())
                .setRestart(write(spec.restart()))
                .setTemplate(TemplateCodec.write(spec.template()));
        spec.checkpoint().ifPresent(checkpoint -> wire.setCheckpoint(write(checkpoint)));
        return wire.build();
    }

    private static dev.muster.proto.v1.GangSpec write(GangSpec gang) {
        return dev.muster.proto.v1.GangSpec.newBuilder()
                .setHosts(gang.hosts())
                .setMinHosts(gang.minHosts())
                .setSpares(gang.spares())
                .setPerHost(ResourceCodec.write(gang.perHost()))
                .setAcceleratorType(gang.acceleratorType().orElse(""))
                .setProcesses(LAYOUTS.wire(gang.processes()))
                .build();
    }

    private static dev.muster.proto.v1.TopologySpec write(TopologySpec topology) {
        dev.muster.proto.v1.TopologySpec.Builder wire = dev.muster.proto.v1.TopologySpec.newBuilder()
                .setRequired(topology.required().orElse(""))
                .setPreferred(topology.preferred().orElse(""))
                .setSpread(SPREADS.wire(topology.spread()));
        for (SliceSpec slice : topology.slices()) {
            wire.addSlices(dev.muster.proto.v1.SliceSpec.newBuilder()
                    .setHosts(slice.size())
                    .setWithin(slice.within()));
        }
        return wire.build();
    }

    private static dev.muster.proto.v1.CheckpointSpec write(CheckpointSpec checkpoint) {
        return dev.muster.proto.v1.CheckpointSpec.newBuilder()
                .setDirectory(checkpoint.directory())
                .setSignal(checkpoint.signal().orElse(""))
                .setGraceMillis(checkpoint.grace().toMillis())
                .build();
    }

    private static dev.muster.proto.v1.RestartSpec write(RestartSpec restart) {
        return dev.muster.proto.v1.RestartSpec.newBuilder()
                .setMaxRestarts(restart.maxRestarts())
                .setMaxInfrastructureRestarts(restart.maxInfrastructureRestarts())
                .setFuseFailures(restart.fuse().failures())
                .setFuseWithinMillis(restart.fuse().within().toMillis())
                .setHangAfterMillis(restart.hangAfter().toMillis())
                .setStartWithinMillis(restart.startWithin().toMillis())
                .setIsolationTimeoutMillis(
                        restart.isolationTimeout().map(Duration::toMillis).orElse(0L))
                .build();
    }

    /** Reads whatever a caller sent; never throws on odd values. What is absent takes the job file's default. */
    public static JobSpec read(dev.muster.proto.v1.JobSpec wire, Problems problems) {
        int bytes = wire.getSerializedSize();
        if (bytes > Bounds.JOB_BYTES) {
            problems.add(
                    "spec",
                    "is " + bytes + " bytes; at most " + Bounds.JOB_BYTES + ": shorten the command or the environment");
        }
        return readStored(wire, problems);
    }

    /** Without the bound on its size: with defaults filled in, a job that was accepted may have grown past it. */
    static JobSpec readStored(dev.muster.proto.v1.JobSpec wire, Problems problems) {
        return new JobSpec(
                readKey(wire, problems),
                orDefault(problems.text("spec.queue", wire.getQueue(), Bounds.NAME_LENGTH), JobSpec.DEFAULT_QUEUE),
                wire.getPriority(),
                readGang(wire.getGang(), problems),
                readTopology(wire.getTopology(), problems),
                problems.optionalDuration("spec.walltime", wire.getWalltimeMillis()),
                wire.getPreemptible(),
                problems.duration("spec.minRuntime", wire.getMinRuntimeMillis()),
                wire.hasCheckpoint() ? Optional.of(readCheckpoint(wire.getCheckpoint(), problems)) : Optional.empty(),
                wire.hasRestart() ? readRestart(wire.getRestart(), problems) : RestartSpec.DEFAULT,
                TemplateCodec.read("spec.template", wire.getTemplate(), problems));
    }

    private static JobKey readKey(dev.muster.proto.v1.JobSpec wire, Problems problems) {
        String namespace = problems.text("metadata.namespace", wire.getNamespace(), Bounds.NAME_LENGTH);
        return new JobKey(
                orDefault(namespace, JobKey.DEFAULT_NAMESPACE),
                problems.required("metadata.name", wire.getName(), Bounds.NAME_LENGTH));
    }

    private static GangSpec readGang(dev.muster.proto.v1.GangSpec wire, Problems problems) {
        return new GangSpec(
                wire.getHosts(),
                wire.getMinHosts() == 0 ? wire.getHosts() : wire.getMinHosts(),
                wire.getSpares(),
                ResourceCodec.read("spec.gang.perHost", wire.getPerHost(), problems),
                problems.optionalText(
                        "spec.gang.perHost.acceleratorType", wire.getAcceleratorType(), Bounds.NAME_LENGTH),
                wire.getProcessesValue() == 0
                        ? ProcessLayout.PER_ACCELERATOR
                        : problems.known(
                                "spec.gang.processes", LAYOUTS, wire.getProcesses(), ProcessLayout.PER_ACCELERATOR));
    }

    private static TopologySpec readTopology(dev.muster.proto.v1.TopologySpec wire, Problems problems) {
        List<SliceSpec> slices = new ArrayList<>();
        if (problems.bounded("spec.topology.slices", wire.getSlicesCount(), Bounds.SLICES)) {
            for (int i = 0; i < wire.getSlicesCount(); i++) {
                String field = "spec.topology.slices[" + i + "].within";
                slices.add(new SliceSpec(
                        wire.getSlices(i).getHosts(),
                        problems.required(field, wire.getSlices(i).getWithin(), Bounds.NAME_LENGTH)));
            }
        }
        return new TopologySpec(
                problems.optionalText("spec.topology.required", wire.getRequired(), Bounds.NAME_LENGTH),
                problems.optionalText("spec.topology.preferred", wire.getPreferred(), Bounds.NAME_LENGTH),
                slices,
                wire.getSpreadValue() == 0
                        ? Spread.PACKED
                        : problems.known("spec.topology.spread", SPREADS, wire.getSpread(), Spread.PACKED));
    }

    private static CheckpointSpec readCheckpoint(dev.muster.proto.v1.CheckpointSpec wire, Problems problems) {
        return new CheckpointSpec(
                problems.text("spec.checkpoint.directory", wire.getDirectory(), Bounds.TEXT_LENGTH),
                problems.optionalText("spec.checkpoint.signal", wire.getSignal(), Bounds.NAME_LENGTH),
                problems.duration("spec.checkpoint.grace", wire.getGraceMillis()));
    }

    private static RestartSpec readRestart(dev.muster.proto.v1.RestartSpec wire, Problems problems) {
        return new RestartSpec(
                wire.getMaxRestarts(),
                wire.hasMaxInfrastructureRestarts()
                        ? wire.getMaxInfrastructureRestarts()
                        : RestartSpec.DEFAULT.maxInfrastructureRestarts(),
                new RestartSpec.Fuse(
                        wire.getFuseFailures(),
                        problems.duration("spec.restart.fuse.within", wire.getFuseWithinMillis())),
                problems.duration("spec.restart.hangAfter", wire.getHangAfterMillis()),
                problems.optionalDuration("spec.restart.startWithin", wire.getStartWithinMillis())
                        .orElse(RestartSpec.DEFAULT.startWithin()),
                problems.optionalDuration("spec.restart.isolationTimeout", wire.getIsolationTimeoutMillis()));
    }

    private static String orDefault(String value, String fallback) {
        return value.isEmpty() ? fallback : value;
    }
}
