package dev.muster.cli.client;

import dev.muster.proto.v1.CheckpointSpec;
import dev.muster.proto.v1.GangSpec;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.ProcessLayout;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.RestartSpec;
import dev.muster.proto.v1.SliceSpec;
import dev.muster.proto.v1.Spread;
import dev.muster.proto.v1.TemplateSpec;
import dev.muster.proto.v1.TopologySpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;

/** A job as the wire says it. */
public final class JobSpecMessages {

    private JobSpecMessages() {}

    public static JobSpec of(dev.muster.scheduler.job.JobSpec job) {
        JobSpec.Builder message = JobSpec.newBuilder()
                .setNamespace(job.key().namespace())
                .setName(job.key().name())
                .setQueue(job.queue())
                .setPriority(job.priority())
                .setGang(gang(job.gang()))
                .setTopology(topology(job.topology()))
                .setWalltimeMillis(job.walltime().map(Duration::toMillis).orElse(0L))
                .setPreemptible(job.preemptible())
                .setMinRuntimeMillis(job.minRuntime().toMillis())
                .setRestart(restart(job.restart()))
                .setTemplate(template(job.template()));
        job.checkpoint().map(JobSpecMessages::checkpoint).ifPresent(message::setCheckpoint);
        return message.build();
    }

    private static GangSpec gang(dev.muster.scheduler.job.GangSpec gang) {
        ProcessLayout layout = switch (gang.processes()) {
            case PER_ACCELERATOR -> ProcessLayout.PROCESS_LAYOUT_PER_ACCELERATOR;
            case PER_HOST -> ProcessLayout.PROCESS_LAYOUT_PER_HOST;
        };
        return GangSpec.newBuilder()
                .setHosts(gang.hosts())
                .setMinHosts(gang.minHosts())
                .setSpares(gang.spares())
                .setPerHost(resources(gang.perHost()))
                .setAcceleratorType(gang.acceleratorType().orElse(""))
                .setProcesses(layout)
                .build();
    }

    private static Resources resources(ResourceVector amounts) {
        return Resources.newBuilder()
                .setAccelerators(amounts.amount(ResourceVector.ACCELERATORS))
                .setCpuMillis(amounts.amount(ResourceVector.CPU_MILLIS))
                .setMemoryBytes(amounts.amount(ResourceVector.MEMORY_BYTES))
                .build();
    }

    private static TopologySpec topology(dev.muster.scheduler.job.TopologySpec topology) {
        Spread spread = switch (topology.spread()) {
            case PACKED -> Spread.SPREAD_PACKED;
            case BALANCED -> Spread.SPREAD_BALANCED;
        };
        TopologySpec.Builder message = TopologySpec.newBuilder()
                .setRequired(topology.required().orElse(""))
                .setPreferred(topology.preferred().orElse(""))
                .setSpread(spread);
        topology.slices()
                .forEach(slice -> message.addSlices(
                        SliceSpec.newBuilder().setHosts(slice.size()).setWithin(slice.within())));
        return message.build();
    }

    private static CheckpointSpec checkpoint(dev.muster.scheduler.job.CheckpointSpec checkpoint) {
        return CheckpointSpec.newBuilder()
                .setDirectory(checkpoint.directory())
                .setSignal(checkpoint.signal().orElse(""))
                .setGraceMillis(checkpoint.grace().toMillis())
                .build();
    }

    private static RestartSpec restart(dev.muster.scheduler.job.RestartSpec restart) {
        return RestartSpec.newBuilder()
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

    private static TemplateSpec template(dev.muster.scheduler.job.TemplateSpec template) {
        return TemplateSpec.newBuilder()
                .setImage(template.image().orElse(""))
                .addAllCommand(template.command())
                .setWorkingDirectory(template.workingDirectory().orElse(""))
                .putAllEnv(template.env())
                .setPodJson(template.podJson().orElse(""))
                .build();
    }
}
