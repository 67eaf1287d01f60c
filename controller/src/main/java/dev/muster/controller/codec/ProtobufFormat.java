package dev.muster.controller.codec;

import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.model.RecordFormat;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;

/** Records as protobuf messages. */
public final class ProtobufFormat implements RecordFormat {

    @Override
    public byte[] encode(JobRecord job) {
        return RecordCodec.encode(job);
    }

    @Override
    public byte[] encode(PlacementRecord placement) {
        return RecordCodec.encode(placement);
    }

    @Override
    public byte[] encode(JobEvent event) {
        return RecordCodec.encode(event);
    }

    @Override
    public byte[] encode(NodeRecord node) {
        return RecordCodec.encode(node);
    }

    @Override
    public byte[] encode(JobLedger ledger) {
        return RecordCodec.encode(ledger);
    }

    @Override
    public byte[] encode(GoodputLedger goodput) {
        return RecordCodec.encode(goodput);
    }

    @Override
    public JobRecord job(String key, byte[] bytes) {
        return RecordCodec.decodeJob(key, bytes);
    }

    @Override
    public PlacementRecord placement(String key, byte[] bytes) {
        return RecordCodec.decodePlacement(key, bytes);
    }

    @Override
    public JobEvent event(String key, byte[] bytes) {
        return RecordCodec.decodeEvent(key, bytes);
    }

    @Override
    public NodeRecord node(String key, byte[] bytes) {
        return RecordCodec.decodeNode(key, bytes);
    }

    @Override
    public JobLedger ledger(String key, byte[] bytes) {
        return RecordCodec.decodeLedger(key, bytes);
    }

    @Override
    public GoodputLedger goodput(String key, byte[] bytes) {
        return RecordCodec.decodeGoodput(key, bytes);
    }
}
