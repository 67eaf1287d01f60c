package dev.muster.controller.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.proto.v1.CheckpointSpec;
import dev.muster.proto.v1.GangSpec;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.TemplateSpec;
import dev.muster.proto.v1.TopologySpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.Violation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A job from the wire becomes the same job, whatever was sent. */
class JobSpecCodecTest {

    private final Problems problems = new Problems();

    @Test
    void everySoundJobSurvivesTheWire() {
        RandomRecords records = new RandomRecords(7);
        for (int i = 0; i < 2000; i++) {
            dev.muster.scheduler.job.JobSpec spec = records.spec();
            assertThat(JobSpecCodec.read(JobSpecCodec.write(spec), problems)).isEqualTo(spec);
        }
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void whatIsNotSaidTakesTheDefaultsOfTheJobFile() {
        dev.muster.scheduler.job.JobSpec spec = JobSpecCodec.read(
                JobSpec.newBuilder()
                        .setName("digits")
                        .setGang(GangSpec.newBuilder().setHosts(3))
                        .build(),
                problems);

        assertThat(problems.none()).isTrue();
        assertThat(spec.key()).isEqualTo(new JobKey("default", "digits"));
        assertThat(spec.queue()).isEqualTo("default");
        assertThat(spec.gang().minHosts()).isEqualTo(3);
        assertThat(spec.gang().processes()).isEqualTo(ProcessLayout.PER_ACCELERATOR);
        assertThat(spec.walltime()).isEmpty();
        assertThat(spec.checkpoint()).isEmpty();
        assertThat(spec.restart()).isEqualTo(RestartSpec.DEFAULT);
    }

    @Test
    void theVolumesOfAJobThatAnEarlierReleaseStoredAreKept() {
        dev.muster.scheduler.job.JobSpec spec = JobSpecCodec.read(
                JobSpec.newBuilder()
                        .setName("digits")
                        .setGang(GangSpec.newBuilder().setHosts(3))
                        .setTemplate(TemplateSpec.newBuilder().setVolumesJson("[{\"name\":\"data\"}]"))
                        .build(),
                problems);
        assertThat(spec.template().podJson()).contains("{\"volumes\":[{\"name\":\"data\"}]}");
    }

    @Test
    void everythingOddIsNamedAtOnceByTheFieldOfTheJobFile() {
        JobSpec odd = JobSpec.newBuilder()
                .setWalltimeMillis(-5)
                .setGang(GangSpec.newBuilder()
                        .setHosts(-3)
                        .setProcessesValue(77)
                        .setPerHost(Resources.newBuilder().setAccelerators(-8)))
                .setTopology(TopologySpec.newBuilder().setSpreadValue(-1))
                .setCheckpoint(CheckpointSpec.newBuilder().setGraceMillis(Long.MIN_VALUE))
                .setTemplate(TemplateSpec.newBuilder().addCommand("a\0b").putEnv("A=B", "c"))
                .build();

        dev.muster.scheduler.job.JobSpec spec = JobSpecCodec.read(odd, problems);

        assertThat(problems.all())
                .extracting(Violation::field)
                .containsExactlyInAnyOrder(
                        "metadata.name",
                        "spec.walltime",
                        "spec.gang.perHost.accelerators",
                        "spec.gang.processes",
                        "spec.topology.spread",
                        "spec.checkpoint.grace",
                        "spec.template.command[0]",
                        "spec.template.env");
        assertThat(problems.summary()).contains("and 5 more").doesNotContain("\n");
        assertThat(spec.gang().hosts()).as("left for the validator to judge").isEqualTo(-3);
        assertThat(spec.checkpoint().orElseThrow().grace()).isEqualTo(Duration.ZERO);
    }

    @Test
    void aJobOfMegabytesIsRefusedBeforeItReachesTheStore() {
        JobSpec.Builder big = JobSpec.newBuilder().setName("big");
        for (int i = 0; i < 11; i++) {
            big.getTemplateBuilder().addCommand("x".repeat(60_000));
        }
        JobSpecCodec.read(big.build(), problems);
        assertThat(problems.summary()).startsWith("spec: is 660").contains("at most 655360");
    }

    @Test
    void aJobThatGrowsByItsDefaultsCanStillBeReadFromTheStore() {
        JobSpec.Builder wire = JobSpec.newBuilder()
                .setName("just-fits")
                .setGang(GangSpec.newBuilder().setHosts(1));
        for (int i = 0; i < 5; i++) {
            wire.getTemplateBuilder().addCommand("x".repeat(Bounds.VALUE_LENGTH - 100));
        }
        int room = Bounds.JOB_BYTES - wire.build().getSerializedSize() - 4;
        wire.getTemplateBuilder().addCommand("x".repeat(room));
        dev.muster.scheduler.job.JobSpec accepted = JobSpecCodec.read(wire.build(), problems);
        assertThat(problems.none()).isTrue();

        JobSpec stored = JobSpecCodec.write(accepted);

        assertThat(stored.getSerializedSize()).isGreaterThan(Bounds.JOB_BYTES);
        assertThat(JobSpecCodec.readStored(stored, problems)).isEqualTo(accepted);
        assertThat(problems.none()).isTrue();
    }
}
