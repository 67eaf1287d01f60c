package dev.muster.controller.simulation.invariant;

import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.scheduler.job.JobKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** All of them: whatever one of them must know, each is told. */
public final class Invariants implements Witness {

    private final List<Witness> all;

    public Invariants(List<Witness> all) {
        this.all = List.copyOf(all);
    }

    private void tell(Consumer<Witness> fact) {
        for (Witness witness : all) {
            fact.accept(witness);
        }
    }

    @Override
    public void ranksBegan(String host, StartRun order) {
        tell(witness -> witness.ranksBegan(host, order));
    }

    @Override
    public void ranksEnded(String host, StartRun order, boolean succeeded) {
        tell(witness -> witness.ranksEnded(host, order, succeeded));
    }

    @Override
    public void acceleratorsLacking(String host, StartRun order) {
        tell(witness -> witness.acceleratorsLacking(host, order));
    }

    @Override
    public void stepped(String jobUid, long epoch, long step) {
        tell(witness -> witness.stepped(jobUid, epoch, step));
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        tell(witness -> witness.stored(before, job));
    }

    @Override
    public void removed(JobRecord job) {
        tell(witness -> witness.removed(job));
    }

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        tell(witness -> witness.stored(before, placement));
    }

    @Override
    public void stored(String jobUid, JobLedger ledger) {
        tell(witness -> witness.stored(jobUid, ledger));
    }

    @Override
    public void stored(String queue, GoodputLedger goodput) {
        tell(witness -> witness.stored(queue, goodput));
    }

    @Override
    public void obeyed(String host, String agentId, long term) {
        tell(witness -> witness.obeyed(host, agentId, term));
    }

    @Override
    public void leads(long term) {
        tell(witness -> witness.leads(term));
    }

    @Override
    public void committed(long term) {
        tell(witness -> witness.committed(term));
    }

    @Override
    public void transactionStored() {
        tell(Witness::transactionStored);
    }

    @Override
    public void acknowledged(JobKey job, String uid) {
        tell(witness -> witness.acknowledged(job, uid));
    }

    @Override
    public void controllerFailed(Fault fault) {
        tell(witness -> witness.controllerFailed(fault));
    }

    @Override
    public void clockJumped() {
        tell(Witness::clockJumped);
    }

    @Override
    public void atRest(ControllerCore controller) {
        tell(witness -> witness.atRest(controller));
    }

    @Override
    public void settled() {
        tell(Witness::settled);
    }
}
