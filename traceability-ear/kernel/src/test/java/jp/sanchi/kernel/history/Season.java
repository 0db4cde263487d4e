package jp.sanchi.kernel.history;

import java.util.List;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.Field.Device;
import jp.sanchi.kernel.Field.Organisation;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;

/** Komatsuna from the field to the shelf and back, with whatever goes wrong on the way. */
final class Season {
  final Field field = new Field();
  final Organisation grower = field.grower();
  final Organisation inspector = field.inspector();
  final Organisation carrier = field.organisation("456995100003", "carrier");
  final Organisation shop = field.organisation("491234500001", "retailer");

  Season() {
    register();
    grow();
    pack();
    deliver();
    recall();
    administer();
  }

  private void register() {
    accept(grower.administrator(), "product_described", "place_described");
    accept(grower.administrator(), "organisation_described");
    accept(grower.device(), "field_registered", "certificate_applied");
    accept(inspector.device(), "place_inspected", "organisation_inspected");
    accept(inspector.device(), "certificate_granted", "certificate_suspended");
    accept(inspector.device(), "certificate_renewed");
  }

  private void grow() {
    accept(grower.device(), "soil_test", "lot_commissioned", "sowing", "fertilising");
    String mistaken = field.accept(grower.device(), field.draft("pest_control"));
    Draft pestControl = Draft.of("pest_control", "pest_control 1");
    field.accept(grower.device(), pestControl.declaredError(mistaken));
    accept(grower.device(), "weeding", "irrigating", "treatment", "harvested", "cooled", "graded");
    Draft refusal = field.draft("lot_inspected").with("disposition", "non_conformant");
    String first = field.accept(inspector.device(), refusal);
    Draft second = field.draft("lot_inspected").with("sanchi:supplements", first);
    field.accept(inspector.administrator(), second);
    field.refuse(shop.device(), field.draft("lot_commissioned"));
    String input = Draft.lot(Draft.gtin(11002), "IN1");
    field.accept(
        grower.device(), field.draft("lot_commissioned").with("quantityList", Draft.lots(input)));
    field.accept(
        grower.device(),
        field
            .draft("transformed")
            .with("outputQuantityList", Draft.lots(Draft.lot(Draft.gtin(11004), "OUT1"))));
    accept(grower.device(), "quantity_stated", "lot_destroyed");
  }

  private void pack() {
    accept(grower.device(), "labels_printed");
    field.accept(grower.device(), field.draft("labels_bound").with("sanchi:last", 29));
    field.refuse(grower.device(), field.draft("labels_voided"));
    field.accept(
        grower.device(),
        field.draft("labels_voided").with("sanchi:first", 50).with("sanchi:last", 52));
    accept(grower.device(), "packed");
    field.accept(
        grower.device(),
        field
            .draft("packed_lot")
            .with("parentID", Draft.crate("C7"))
            .with("sanchi:day", "2026-08-15"));
    field.accept(
        grower.device(),
        field
            .draft("packed_unit")
            .with("parentID", Draft.sscc(9))
            .with("childEPCs", Json.array(Draft.sscc(1), Draft.crate("C7")))
            .with("sanchi:day", "2026-08-15"));
    field.accept(
        grower.device(),
        field
            .draft("packages_relabelled")
            .with("sanchi:first", 20)
            .with("sanchi:last", 24)
            .with("sanchi:newRun", "0001")
            .with("sanchi:newFirst", 40)
            .with("sanchi:newLast", 44));
  }

  private void deliver() {
    Json.Arr pallet = Json.array(Draft.sscc(9));
    field.accept(grower.device(), field.draft("loaded").with("childEPCs", pallet));
    field.accept(grower.device(), field.draft("window_recorded"));
    field.accept(
        grower.device(),
        field
            .draft("shipped")
            .with("epcList", pallet)
            .with("destinationList", Draft.destinations(carrier.gln(), shop.gln())));
    for (Device device : List.of(carrier.device(), shop.device())) {
      field.accept(device, field.draft("received").with("epcList", pallet));
    }
    field.accept(carrier.device(), field.draft("unloaded").with("childEPCs", pallet));
    field.accept(shop.device(), field.draft("unpacked").with("parentID", Draft.sscc(9)));
    accept(shop.device(), "sold", "package_returned", "clone_noticed");
    field.accept(
        shop.device(),
        field
            .draft("returned")
            .with("epcList", pallet)
            .with("destinationList", Draft.destinations(grower.gln())));
  }

  private void recall() {
    field.refuse(shop.device(), field.draft("recalled"));
    accept(grower.device(), "recalled");
    accept(inspector.device(), "recall_ended");
    accept(shop.device(), "package_destroyed", "unit_destroyed");
  }

  private void administer() {
    Draft loan =
        field.draft("range_lent").with("sanchi:gln", shop.gln()).with("sanchi:prefix", "45699517");
    field.accept(grower.administrator(), loan);
    String theirs = Draft.lot(Draft.gtin(70001), "S1");
    field.accept(
        shop.device(),
        field
            .draft("repackaged")
            .with("outputQuantityList", Draft.lots(theirs))
            .with("readPoint", Json.object("id", Draft.uri(Gs1.Key.PLACE, Draft.gln(2)))));
    Draft agent = field.draft("agent_appointed").with("sanchi:agent", shop.gln());
    field.accept(grower.administrator(), agent);
    field.accept(shop.device(), field.draft("weeding").with("sanchi:onBehalfOf", grower.gln()));
    field.accept(
        grower.administrator(),
        field
            .draft("device_revoked")
            .with("sanchi:kid", grower.device().key.kid())
            .with("sanchi:suspectSince", "2026-08-15T00:30:00.000Z"));
    field.refuse(grower.device(), field.draft("weeding"));
    field.accept(field.member(1), field.draft("certificates_distrusted"));
    field.approve(
        field
            .draft("member_changed")
            .with("sanchi:members", Json.array(new Field.Member("NordMSP", "Nord").json())));
  }

  private void accept(Device device, String... kinds) {
    for (String kind : kinds) {
      field.accept(device, field.draft(kind));
    }
  }
}
