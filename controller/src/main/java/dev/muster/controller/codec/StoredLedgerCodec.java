package dev.muster.controller.codec;

import dev.muster.controller.goodput.AttemptLedger;
import dev.muster.controller.goodput.Bucket;
import dev.muster.controller.goodput.Buckets;
import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.GoodputReport;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.goodput.RecentTraining;
import dev.muster.controller.goodput.SecondOrder;
import dev.muster.proto.v1.StoredAttemptLedger;
import dev.muster.proto.v1.StoredCharge;
import dev.muster.proto.v1.StoredGoodput;
import dev.muster.proto.v1.StoredLedger;
import dev.muster.proto.v1.StoredLedgerStage;
import dev.muster.proto.v1.StoredSecondOrder;
import dev.muster.proto.v1.StoredTrainingMark;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A job's goodput ledger as the store keeps it. */
final class StoredLedgerCodec {

    private static final EnumMapping<AttemptLedger.Stage, StoredLedgerStage> STAGES =
            EnumMapping.of(AttemptLedger.Stage.class, StoredLedgerStage.class, "STORED_LEDGER_STAGE_");

    private StoredLedgerCodec() {}

    static StoredLedger write(JobLedger ledger) {
        StoredLedger.Builder stored = StoredLedger.newBuilder()
                .setSchemaVersion(RecordCodec.SCHEMA_VERSION)
                .setAccelerators(ledger.accelerators())
                .setQueuedMillis(ledger.queuedMillis())
                .setHighestStep(ledger.highestStep());
        ledger.settled().acceleratorMillis().forEach((bucket, amount) -> {
            if (amount != 0) {
                stored.putSettledAcceleratorMillis(bucket.label(), amount);
            }
        });
        ledger.queuedSince().ifPresent(at -> stored.setQueuedSinceMillis(at.toEpochMilli()));
        ledger.attempt().ifPresent(attempt -> stored.setAttempt(write(attempt)));
        ledger.recent().marks().forEach(mark -> stored.addMarks(write(mark)));
        if (!ledger.secondOrder().equals(SecondOrder.NONE)) {
            stored.setSecondOrder(write(ledger.secondOrder()));
        }
        return stored.build();
    }

    private static StoredAttemptLedger write(AttemptLedger attempt) {
        return StoredAttemptLedger.newBuilder()
                .setAccelerators(attempt.accelerators())
                .setSpareAccelerators(attempt.spareAccelerators())
                .setResumes(attempt.resumes())
                .setStage(STAGES.wire(attempt.stage()))
                .setStep(attempt.step())
                .setSavedMillis(attempt.savedMillis())
                .setSeenAtMillis(attempt.seenAt().toEpochMilli())
                .setPendingMillis(attempt.pendingMillis())
                .build();
    }

    static JobLedger read(StoredLedger stored, Problems problems) {
        return new JobLedger(
                problems.notNegative("accelerators", stored.getAccelerators()),
                readBuckets(stored.getSettledAcceleratorMillisMap(), problems),
                problems.notNegative("queued_millis", stored.getQueuedMillis()),
                Times.optional(stored.hasQueuedSinceMillis(), stored.getQueuedSinceMillis()),
                stored.getHighestStep(),
                stored.hasAttempt() ? Optional.of(readAttempt(stored.getAttempt(), problems)) : Optional.empty(),
                readMarks(stored.getMarksList(), problems),
                readSecondOrder(stored.getSecondOrder(), problems));
    }

    private static StoredTrainingMark write(RecentTraining.Mark mark) {
        return StoredTrainingMark.newBuilder()
                .setAtMillis(mark.at().toEpochMilli())
                .setProductiveAcceleratorMillis(mark.productive())
                .setWantedAcceleratorMillis(mark.wanted())
                .build();
    }

    private static RecentTraining readMarks(List<StoredTrainingMark> stored, Problems problems) {
        return new RecentTraining(stored.stream()
                .map(mark -> new RecentTraining.Mark(
                        Instant.ofEpochMilli(mark.getAtMillis()),
                        problems.notNegative("marks.productive", mark.getProductiveAcceleratorMillis()),
                        problems.notNegative("marks.wanted", mark.getWantedAcceleratorMillis())))
                .toList());
    }

    private static StoredSecondOrder write(SecondOrder secondOrder) {
        StoredSecondOrder.Builder stored = StoredSecondOrder.newBuilder()
                .setRequeuedByFailure(secondOrder.requeuedByFailure())
                .setSufferedAcceleratorMillis(secondOrder.suffered())
                .setCausedAcceleratorMillis(secondOrder.caused());
        secondOrder
                .charge()
                .ifPresent(charge -> stored.setCharge(StoredCharge.newBuilder()
                        .setCauseUid(charge.cause().jobUid())
                        .setCauseQueue(charge.cause().queue())
                        .setAcceleratorMillis(charge.acceleratorMillis())
                        .setClosed(charge.closed())));
        return stored.build();
    }

    private static SecondOrder readSecondOrder(StoredSecondOrder stored, Problems problems) {
        StoredCharge charge = stored.getCharge();
        return new SecondOrder(
                stored.getRequeuedByFailure(),
                stored.hasCharge()
                        ? Optional.of(new SecondOrder.Charge(
                                new SecondOrder.Cause(charge.getCauseUid(), charge.getCauseQueue()),
                                problems.notNegative("charge.accelerator_millis", charge.getAcceleratorMillis()),
                                charge.getClosed()))
                        : Optional.empty(),
                problems.notNegative("second_order.suffered", stored.getSufferedAcceleratorMillis()),
                problems.notNegative("second_order.caused", stored.getCausedAcceleratorMillis()));
    }

    static StoredGoodput write(GoodputLedger goodput) {
        GoodputReport ended = goodput.ended();
        StoredGoodput.Builder stored = StoredGoodput.newBuilder()
                .setSchemaVersion(RecordCodec.SCHEMA_VERSION)
                .setQueuedMillis(ended.queuedMillis())
                .setQueuedAcceleratorMillis(ended.queuedAcceleratorMillis())
                .setSufferedAcceleratorMillis(ended.sufferedAcceleratorMillis())
                .setCausedAcceleratorMillis(ended.causedAcceleratorMillis());
        goodput.recent().marks().forEach(mark -> stored.addMarks(write(mark)));
        ended.buckets().acceleratorMillis().forEach((bucket, amount) -> {
            if (amount != 0) {
                stored.putAcceleratorMillis(bucket.label(), amount);
            }
        });
        return stored.build();
    }

    static GoodputLedger read(StoredGoodput stored, Problems problems) {
        GoodputReport ended = new GoodputReport(
                readBuckets(stored.getAcceleratorMillisMap(), problems),
                problems.notNegative("queued_millis", stored.getQueuedMillis()),
                problems.notNegative("queued_accelerator_millis", stored.getQueuedAcceleratorMillis()),
                problems.notNegative("suffered_accelerator_millis", stored.getSufferedAcceleratorMillis()),
                problems.notNegative("caused_accelerator_millis", stored.getCausedAcceleratorMillis()));
        return new GoodputLedger(ended, readMarks(stored.getMarksList(), problems));
    }

    private static Buckets readBuckets(Map<String, Long> stored, Problems problems) {
        Map<Bucket, Long> amounts = new EnumMap<>(Bucket.class);
        stored.forEach((label, amount) -> Arrays.stream(Bucket.values())
                .filter(bucket -> bucket.label().equals(label))
                .findFirst()
                .ifPresentOrElse(
                        bucket -> amounts.put(bucket, problems.notNegative("settled." + label, (long) amount)),
                        () -> problems.add(
                                "settled", "has the bucket '" + Bounds.cut(label, 80) + "', which is unknown")));
        return new Buckets(amounts);
    }

    private static AttemptLedger readAttempt(StoredAttemptLedger stored, Problems problems) {
        return new AttemptLedger(
                problems.notNegative("attempt.accelerators", stored.getAccelerators()),
                problems.notNegative("attempt.spare_accelerators", stored.getSpareAccelerators()),
                stored.getResumes(),
                problems.known("attempt.stage", STAGES, stored.getStage(), AttemptLedger.Stage.PLACED),
                stored.getStep(),
                problems.notNegative("attempt.saved_millis", stored.getSavedMillis()),
                Instant.ofEpochMilli(stored.getSeenAtMillis()),
                problems.notNegative("attempt.pending_millis", stored.getPendingMillis()));
    }
}
