package dev.muster.controller.simulation.world;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.Repair;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A planted bug: what the real placer answers, spoilt. */
final class PlantedPlacer implements GangPlacer {

    private final GangPlacer real;
    private final UnaryOperator<Placement> spoil;

    private PlantedPlacer(GangPlacer real, UnaryOperator<Placement> spoil) {
        this.real = real;
        this.spoil = spoil;
    }

    /** Leaves out the last hosts of larger gangs. */
    static PlantedPlacer half(GangPlacer real) {
        return new PlantedPlacer(real, placement -> {
            List<String> hosts = placement.hosts();
            return Placement.whole(hosts.subList(0, (hosts.size() + 1) / 2), placement.spares(), placement.score());
        });
    }

    private PlacementResult spoilt(PlacementResult answer) {
        return answer.placed()
                .<PlacementResult>map(placement -> new PlacementResult.Placed(spoil.apply(placement)))
                .orElse(answer);
    }

    @Override
    public PlacementResult place(GangRequest request, ClusterSnapshot cluster) {
        return spoilt(real.place(request, cluster));
    }

    @Override
    public Optional<Rejection> neverFits(GangRequest request, ClusterSnapshot cluster) {
        return real.neverFits(request, cluster);
    }

    @Override
    public RoomCounts counts(GangRequest request, ClusterSnapshot cluster) {
        return real.counts(request, cluster);
    }

    @Override
    public boolean fits(GangRequest request, ClusterSnapshot cluster, RoomCounts counts) {
        return real.fits(request, cluster, counts);
    }

    @Override
    public int podsIn(GangRequest request, ClusterSnapshot cluster, ClusterDomain domain, RoomCounts counts) {
        return real.podsIn(request, cluster, domain, counts);
    }

    @Override
    public Optional<Placement> placeIn(GangRequest request, ClusterSnapshot cluster, RoomCounts counts) {
        return real.placeIn(request, cluster, counts).map(spoil);
    }

    @Override
    public PlacementResult repair(Repair repair, ClusterSnapshot cluster) {
        return spoilt(real.repair(repair, cluster));
    }
}
