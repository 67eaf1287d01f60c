package dev.muster.controller.model;

import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;

/** How records become bytes and back; decoding fails with a typed error that names the key. */
public interface RecordFormat {

    byte[] encode(JobRecord job);

    byte[] encode(PlacementRecord placement);

    byte[] encode(JobEvent event);

    byte[] encode(NodeRecord node);

    byte[] encode(JobLedger ledger);

    byte[] encode(GoodputLedger goodput);

    JobRecord job(String key, byte[] bytes);

    PlacementRecord placement(String key, byte[] bytes);

    JobEvent event(String key, byte[] bytes);

    NodeRecord node(String key, byte[] bytes);

    JobLedger ledger(String key, byte[] bytes);

    GoodputLedger goodput(String key, byte[] bytes);
}
