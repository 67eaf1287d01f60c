package dev.muster.controller.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.scheduling.StoredSize;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.store.Transaction;
import dev.muster.proto.v1.StoredPlacement;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TemplateSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A gang of any size is one value of the store. */
class PlacementPackingTest {

    private static final int LARGEST = 131_072;
    private static final int SPARES = 512;
    private static final long SEED = 20261125;
    /** What else one transaction writes when a gang starts: the job, its ledger, an event. */
    private static final int ROOM_FOR_OTHERS = 64_000;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void aGangOf131072HostsFitsIntoOneValueWhateverTheHostsAreCalled() {
        assertFits("short", i -> "n%06d".formatted(i));
        assertFits(
                "by place",
                i -> "gpu-z%d-b%02d-r%03d-h%02d.train.dc7.example.com"
                        .formatted(i / 65_536, i / 2_048 % 32, i / 16 % 128, i % 16));
        assertFits(
                "by address",
                i -> "ip-10-%d-%d-%d.eu-central-1.compute.internal".formatted(i >> 16 & 255, i >> 8 & 255, i & 255));
        assertFits("instance", i -> "i-0%016x".formatted(random.nextLong()));
    }

    @Test
    void evenInNoOrderAtAllOrdinaryNamesFit() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < LARGEST + SPARES; i++) {
            names.add("gpu-b%02d-r%03d-h%02d.dc7.example.com".formatted(i / 2_048, i / 16 % 128, i % 16));
        }
        Collections.shuffle(names, new java.util.Random(SEED));
        assertFits("shuffled", names::get);
    }

    @Test
    void theEstimateWhenSuchAJobIsSubmittedLetsItThrough() {
        JobSpec any = new RandomRecords(SEED).spec();
        GangSpec gang = new GangSpec(
                LARGEST, LARGEST, SPARES, ResourceVector.of(8, 0, 0), Optional.empty(), ProcessLayout.PER_ACCELERATOR);
        JobSpec job = new JobSpec(
                any.key(),
                any.queue(),
                any.priority(),
                gang,
                any.topology(),
                any.walltime(),
                any.preemptible(),
                any.minRuntime(),
                any.checkpoint(),
                any.restart(),
                TemplateSpec.ofCommand(List.of("python3", "train.py"), Map.of()));
        List<String> names = IntStream.range(0, LARGEST)
                .mapToObj(i -> "gpu-b%02d-r%03d-h%02d.dc7.example.com".formatted(i / 2_048, i / 16 % 128, i % 16))
                .toList();

        assertThat(StoredSize.ofStart(job)).isGreaterThan(StoredSize.MOST_A_START);
        assertThat(StoredSize.ofPackedStart(job, names)).isBetween(100_000L, StoredSize.MOST_A_START);
    }

    private void assertFits(String what, IntFunction<String> name) {
        PlacementRecord placement = placement(LARGEST, SPARES, name);
        byte[] value = RecordCodec.encode(placement);

        assertThat(value.length).as(what).isLessThan(Transaction.MAX_BYTES - ROOM_FOR_OTHERS);
        assertThat(RecordCodec.decodePlacement("placements/u/1", value)).isEqualTo(placement);
    }

    @Test
    void smallGangsStayPlainAndLargeOnesSayThatAnOlderReleaseCannotReadThem() throws Exception {
        int limit = GangPacking.FEWEST_HOSTS;
        StoredPlacement plain = StoredPlacement.parseFrom(RecordCodec.encode(placement(limit - 1, 0, i -> "n" + i)));
        assertThat(plain.getSchemaVersion()).isEqualTo(1);
        assertThat(plain.getHostsCount()).isEqualTo(limit - 1);

        StoredPlacement packed = StoredPlacement.parseFrom(RecordCodec.encode(placement(limit - 1, 1, i -> "n" + i)));
        assertThat(packed.getSchemaVersion()).isEqualTo(2);
        assertThat(packed.getHostsCount()).isZero();
    }

    @Test
    void gangsOfEveryShapeComeBackAsTheyWere() {
        for (int round = 0; round < 50; round++) {
            PlacementRecord placement = irregular();
            assertThat(RecordCodec.decodePlacement("placements/u/1", RecordCodec.encode(placement)))
                    .as("round %s of seed %s", round, SEED)
                    .isEqualTo(placement);
        }
    }

    @Test
    void aDamagedGangIsNamedAndNeverBelieved() {
        PlacementRecord placement = irregular();
        byte[] value = RecordCodec.encode(placement);
        int undetected = 0;
        for (int round = 0; round < 200; round++) {
            byte[] damaged = value.clone();
            // Inside the packed bytes, which are most of the value.
            damaged[value.length / 4 + random.nextInt(value.length / 2)] ^= (byte) (1 + random.nextInt(255));
            try {
                assertThat(RecordCodec.decodePlacement("placements/u/1", damaged))
                        .isNotNull();
                undetected++;
            } catch (UndecodableRecord expected) {
                assertThat(expected).hasMessageContaining("placements/u/1");
            }
        }
        assertThat(undetected).as("zlib sums up what it unpacks").isZero();
    }

    @Test
    void sizesThatAreNotTrueAreDamage() throws Exception {
        StoredPlacement stored = StoredPlacement.parseFrom(RecordCodec.encode(irregular()));
        for (int size : List.of(-1, 1, stored.getPackedGangBytes() - 1, stored.getPackedGangBytes() + 1, 1 << 30)) {
            byte[] wrong = stored.toBuilder().setPackedGangBytes(size).build().toByteArray();
            assertThatThrownBy(() -> RecordCodec.decodePlacement("placements/u/1", wrong))
                    .isInstanceOf(UndecodableRecord.class)
                    .hasMessageContaining("packed_gang");
        }
    }

    private PlacementRecord placement(int hosts, int spares, IntFunction<String> name) {
        List<HostAssignment> ranked = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
            ranked.add(new HostAssignment(name.apply(i), path(i), i, i * 8, 8));
        }
        List<HostAssignment> held = new ArrayList<>();
        for (int i = hosts; i < hosts + spares; i++) {
            held.add(new HostAssignment(name.apply(i), path(i), HostAssignment.SPARE, 0, 0));
        }
        return record(ranked, held);
    }

    private static List<String> path(int host) {
        return List.of("z" + host / 65_536, "b" + host / 2_048, "r" + host / 16);
    }

    private PlacementRecord irregular() {
        List<HostAssignment> ranked = new ArrayList<>();
        int rank = 0;
        for (int i = 0; i < 1_500; i++) {
            int ranks = random.nextInt(10) == 0 ? 4 : 8;
            int skip = random.nextInt(50) == 0 ? 1 : 0;
            List<String> path = random.nextInt(20) == 0 ? List.of() : List.of("b" + i / 100, "r" + i / (1 + i % 7));
            ranked.add(new HostAssignment("h" + random.nextInt(1 << 20), path, i + skip, rank, ranks));
            rank += ranks + skip;
        }
        List<HostAssignment> held = new ArrayList<>();
        for (int i = 0; i < random.nextInt(20); i++) {
            held.add(new HostAssignment("s" + i, List.of("b" + i % 3), HostAssignment.SPARE, 0, 0));
        }
        return record(ranked, held);
    }

    private static PlacementRecord record(List<HostAssignment> hosts, List<HostAssignment> spares) {
        return new PlacementRecord(
                "4be0643f-1d98-573b-97cd-ca98a65347dd",
                1,
                hosts,
                spares,
                "10.0.0.1",
                29_500,
                Instant.ofEpochMilli(1_796_000_000_000L),
                Optional.empty(),
                Optional.empty(),
                "");
    }
}
