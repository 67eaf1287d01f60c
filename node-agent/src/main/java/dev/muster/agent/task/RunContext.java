package dev.muster.agent.task;

import dev.muster.agent.process.ProcessRunner;
import dev.muster.agent.process.ProcessSweeper;
import dev.muster.agent.time.Clocks;
import java.util.Map;

/**
 * What all runs of a host share.
 *
 * @param owner of the tokens of this agent's processes
 * @param address of this host; stands in for a master address that is not given
 * @param inherited environment that the processes begin with
 */
public record RunContext(
        String host,
        String address,
        String owner,
        Map<String, String> inherited,
        ProcessRunner runner,
        ProcessSweeper sweeper,
        OutputStore store,
        DeviceLedger ledger,
        Clocks clocks,
        RunListener listener) {
    public RunContext {
        inherited = Map.copyOf(inherited);
    }
}
