package dev.muster.controller.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.proto.v1.StoredJob;
import dev.muster.proto.v1.StoredLedger;
import dev.muster.proto.v1.StoredNode;
import dev.muster.proto.v1.StoredPlacement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the store gives back is what was put in, and what is damaged is named instead of believed. */
class RecordCodecTest {

    private static final int RECORDS = 2000;
    private static final long SEED = 20261123;

    private final RandomRecords records = new RandomRecords(SEED);

    @Test
    void everyJobComesBackAsItWas() {
        for (int i = 0; i < RECORDS; i++) {
            JobRecord job = records.job();
            assertThat(RecordCodec.decodeJob("jobs/x", RecordCodec.encode(job)))
                    .as("job %s of seed %s", i, SEED)
                    .isEqualTo(job);
        }
    }

    @Test
    void everyPlacementComesBackAsItWas() {
        for (int i = 0; i < RECORDS; i++) {
            PlacementRecord placement = records.placement();
            assertThat(RecordCodec.decodePlacement("placements/x", RecordCodec.encode(placement)))
                    .as("placement %s of seed %s", i, SEED)
                    .isEqualTo(placement);
        }
    }

    @Test
    void everyNodeComesBackAsItWas() {
        for (int i = 0; i < RECORDS; i++) {
            NodeRecord node = records.node();
            assertThat(RecordCodec.decodeNode("nodes/x", RecordCodec.encode(node)))
                    .as("node %s of seed %s", i, SEED)
                    .isEqualTo(node);
        }
    }

    @Test
    void everyEventComesBackAsItWas() {
        for (int i = 0; i < RECORDS; i++) {
            JobEvent event = records.event();
            assertThat(RecordCodec.decodeEvent("events/x", RecordCodec.encode(event)))
                    .as("event %s of seed %s", i, SEED)
                    .isEqualTo(event);
        }
    }

    @Test
    void everyLedgerComesBackAsItWas() {
        for (int i = 0; i < RECORDS; i++) {
            JobLedger ledger = records.ledger();
            assertThat(RecordCodec.decodeLedger("ledgers/x", RecordCodec.encode(ledger)))
                    .as("ledger %s of seed %s", i, SEED)
                    .isEqualTo(ledger);
            GoodputLedger queue = records.goodput();
            assertThat(RecordCodec.decodeGoodput("goodput/x", RecordCodec.encode(queue)))
                    .as("queue %s of seed %s", i, SEED)
                    .isEqualTo(queue);
        }
    }

    @Test
    void timeInABucketThatIsNotKnownIsNotDroppedSilently() {
        byte[] odd = StoredLedger.newBuilder()
                .setSchemaVersion(1)
                .putSettledAcceleratorMillis("lunch", 5)
                .putSettledAcceleratorMillis("productive", -5)
                .build()
                .toByteArray();
        assertThatThrownBy(() -> RecordCodec.decodeLedger("ledgers/u7", odd))
                .isInstanceOf(UndecodableRecord.class)
                .hasMessageContaining("'lunch'")
                .hasMessageContaining("settled.productive: is -5");
    }

    @Test
    void damagedBytesAreEitherReadAsSomeRecordOrNamed_neverAnyOtherError() {
        SplittableRandom random = new SplittableRandom(SEED);
        int named = 0;
        for (int i = 0; i < RECORDS; i++) {
            byte[] bytes = RecordCodec.encode(records.job());
            byte[] damaged = random.nextBoolean() ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            if (damaged.length > 0) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            }
            try {
                RecordCodec.decodeJob("/muster/v1/jobs/u7", damaged);
            } catch (UndecodableRecord e) {
                assertThat(e).hasMessageContaining("/muster/v1/jobs/u7").hasMessageNotContaining("\n");
                named++;
            }
        }
        assertThat(named).isGreaterThan(RECORDS / 2);
    }

    @Test
    void bytesThatAreNoRecordNameTheirKeyAndWhatToDo() {
        assertThatThrownBy(() -> RecordCodec.decodeJob("/muster/v1/jobs/u7", new byte[] {(byte) 0xff, 1, 2}))
                .isInstanceOf(UndecodableRecord.class)
                .hasMessage("record /muster/v1/jobs/u7 cannot be read: its 3 bytes are not a record; "
                        + "restore the store from a backup, or remove this record if you know what it was");
    }

    @Test
    void anEmptyValueIsDamageAndNotARecordOfDefaults() {
        assertThatThrownBy(() -> RecordCodec.decodeNode("nodes/h1", new byte[0]))
                .isInstanceOf(UndecodableRecord.class)
                .hasMessageContaining("nodes/h1")
                .hasMessageContaining("no schema version");
    }

    @Test
    void aRecordOfANewerControllerIsRefusedWithTheVersionToStart() {
        byte[] newer =
                StoredJob.newBuilder().setSchemaVersion(2).setUid("u7").build().toByteArray();
        assertThatThrownBy(() -> RecordCodec.decodeJob("jobs/u7", newer))
                .isInstanceOfSatisfying(
                        UndecodableRecord.class, e -> assertThat(e.key()).isEqualTo("jobs/u7"))
                .hasMessageContaining("schema version 2")
                .hasMessageContaining("up to 1");
    }

    @Test
    void aPhaseThatIsNotKnownIsNotTakenForPending() throws Exception {
        StoredJob job = StoredJob.parseFrom(RecordCodec.encode(records.job()));
        byte[] odd = job.toBuilder()
                .setStatus(job.getStatus().toBuilder().setPhaseValue(99))
                .build()
                .toByteArray();
        assertThatThrownBy(() -> RecordCodec.decodeJob("jobs/u7", odd)).hasMessageContaining("status.phase");
    }

    @Test
    void aNegativeCapacityIsDamage() {
        byte[] odd = StoredNode.newBuilder()
                .setSchemaVersion(1)
                .setName("h1")
                .setCapacity(dev.muster.proto.v1.Resources.newBuilder().setAccelerators(-8))
                .build()
                .toByteArray();
        assertThatThrownBy(() -> RecordCodec.decodeNode("nodes/h1", odd))
                .hasMessageContaining("capacity.accelerators: is -8");
    }

    @Test
    void aPathThatPointsNowhereIsDamage() {
        byte[] odd = StoredPlacement.newBuilder()
                .setSchemaVersion(1)
                .setJobUid("u7")
                .addDomains("z1")
                .addHosts(dev.muster.proto.v1.StoredAssignment.newBuilder()
                        .setHost("h1")
                        .addPath(0)
                        .addPath(1))
                .build()
                .toByteArray();
        assertThatThrownBy(() -> RecordCodec.decodePlacement("placements/u7/1", odd))
                .hasMessageContaining("points to domain 1 of 1");
    }

    @Test
    void aGangOfSixteenThousandHostsFitsInOneValueOfEtcd() {
        List<HostAssignment> hosts = new ArrayList<>();
        for (int i = 0; i < 16_384; i++) {
            List<String> path = List.of("zone-" + i / 8192, "block-" + i / 512, "rack-" + i / 16);
            hosts.add(new HostAssignment("node-%06d".formatted(i), path, i, i * 8, 8));
        }
        PlacementRecord placement = new PlacementRecord(
                "u7", 1, hosts, List.of(), "10.0.0.1", 29500, Instant.EPOCH, Optional.empty(), Optional.empty(), "");

        byte[] bytes = RecordCodec.encode(placement);

        assertThat(bytes.length).isLessThan(1_000_000);
        assertThat(RecordCodec.decodePlacement("placements/u7/1", bytes)).isEqualTo(placement);
    }
}
