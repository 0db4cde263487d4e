package jp.sanchi.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import jp.sanchi.kernel.proof.TrustRoots;

/** What the program says to people. */
final class Sentences {
  static final Sentences ENGLISH = new Sentences(false);
  private static final Sentences JAPANESE = new Sentences(true);

  private record Words(String ja, String en) {}

  private static final Map<String, Words> FINDINGS =
      Map.ofEntries(
          Map.entry("block_malformed", words("ブロックとして読めません", "the bytes are no block")),
          Map.entry("number", words("ブロック番号が違います", "the block's number is wrong")),
          Map.entry(
              "previous_hash", words("前のブロックとつながっていません", "it does not follow the block before")),
          Map.entry("header", words("ヘッダーが壊れています", "the header is none")),
          Map.entry(
              "data_hash", words("中身がヘッダーのハッシュと合いません", "the data are not what the header says")),
          Map.entry(
              "audit_failed", words("監査がこのブロックで止まりました", "the audit itself failed on this block")),
          Map.entry(
              "entry_malformed", words("取引として読めません", "an entry is no envelope in its one form")),
          Map.entry("metadata_count", words("付加情報の数が違います", "a wrong number of metadata entries")),
          Map.entry("metadata_surplus", words("付加情報に余計なものがあります", "metadata where there is none")),
          Map.entry(
              "orderer_malformed",
              words("順序付けの署名が読めません", "the orderers' signatures can't be read")),
          Map.entry(
              "orderer_unknown",
              words("知らない者が順序付けの署名をしています", "somebody else has signed as an orderer")),
          Map.entry("orderer_twice", words("同じ者が二度署名しています", "an orderer has signed twice")),
          Map.entry(
              "orderer_signature",
              words("順序付けの署名が合いません", "an orderer's signature is not over this block")),
          Map.entry("orderer_quorum", words("順序付けの署名が足りません", "too few orderers have signed")),
          Map.entry(
              "last_config",
              words("最新の設定ブロックの番号が違います", "it names another block as the last configuration")),
          Map.entry("flags", words("有効フラグの数が違います", "a wrong number of validity flags")),
          Map.entry(
              "validity_flag", words("有効フラグが再計算と違います", "a validity flag is not what it must be")),
          Map.entry(
              "commit_hash", words("コミットハッシュが再計算と違います", "the commit hash is not what it must be")),
          Map.entry("config_malformed", words("チャネル設定が読めません", "the configuration can't be read")),
          Map.entry(
              "config_update",
              words("設定の変更が認められません", "nobody was allowed to change the configuration so")),
          Map.entry(
              "definition", words("チェーンコードの定義が読めません", "a chaincode's definition can't be read")),
          Map.entry("endorsement", words("承認を判定できません", "the endorsement can't be judged")),
          Map.entry(
              "unsupported",
              words("この監査が知らない機能が使われています", "something is used that this audit does not follow")),
          Map.entry(
              "foreign_write",
              words("別のチェーンコードが書き込みました", "another chaincode wrote into the ledger's state")),
          Map.entry("replay_answer", words("ルールの再実行と答えが違います", "the rules answer differently")),
          Map.entry("replay_reads", words("ルールの再実行と読み取りが違います", "the rules read differently")),
          Map.entry("replay_writes", words("ルールの再実行と書き込みが違います", "the rules write differently")),
          Map.entry("threshold", words("承認したメンバーが足りません", "too few members have endorsed")),
          Map.entry(
              "certificate_expired", words("当時有効でない証明書です", "a certificate was not valid then")),
          Map.entry(
              "head", words("履歴の先頭が再計算と違います", "a subject's head is not what its events add up to")),
          Map.entry("live", words("いまの台帳の答えと違います", "the members now say something else")),
          Map.entry("chain_empty", words("ブロックがありません", "there is no block")),
          Map.entry(
              "anchor_genesis",
              words("最初のブロックが指定のものと違います", "block 0 is not the one that was named")),
          Map.entry(
              "anchor_members",
              words(
                  "最初のブロックのメンバーが trust.json と違います", "block 0 names other members than trust.json")),
          Map.entry(
              "anchor_consortium",
              words(
                  "trust.json のコンソーシアムの台帳ではありません",
                  "this is not the ledger of trust.json's consortium")));

  private static final Map<String, Words> NOT_COVERED =
      Map.of(
          "orderers",
          words(
              "順序付けの署名（この台帳の設定には順序付け役がいません）",
              "orderers' signatures (this ledger's configuration has no orderers)"),
          "flags",
          words(
              "有効フラグ（このブロックには書かれていません。再計算はしました）",
              "validity flags (these blocks have none; they were recomputed)"),
          "commit_hash",
          words("コミットハッシュ（このブロックにはありません）", "commit hashes (these blocks have none)"),
          "lifecycle_calls",
          words(
              "チェーンコードの導入（承認と版だけ確認）",
              "calls that install chaincode (only endorsements and versions)"),
          "invalid_calls",
          words(
              "無効な取引の中身（無効であることは確認）",
              "what invalid transactions said (only that they are invalid)"),
          "genesis",
          words(
              "最初のブロックの出どころ（ほかのメンバーの値と見比べてください）",
              "where block 0 comes from (compare its hash with another member's)"),
          "clocks",
          words("記録された時刻が実際の時刻か", "whether recorded times were the true times"));

  private final boolean japanese;

  private Sentences(boolean japanese) {
    this.japanese = japanese;
  }

  static Sentences in(String language) {
    return switch (language) {
      case "ja" -> JAPANESE;
      case "en" -> ENGLISH;
      default -> throw new AuditMain.WrongUse("The languages are ja and en.");
    };
  }

  private static Words words(String ja, String en) {
    return new Words(ja, en);
  }

  private String say(String ja, String en) {
    return japanese ? ja : en;
  }

  private String say(Words words) {
    return say(words.ja(), words.en());
  }

  String trusted(TrustRoots trust, String genesis) {
    String members = String.join(", ", trust.members().keySet());
    String operators =
        trust.oneOperator()
            ? say(
                "\n        鍵はすべて一つの事業者が持っています。",
                "\n        One operator holds the keys of all members.")
            : "";
    String anchor =
        genesis == null
            ? say("信じるもの：trust.json のメンバーの証明書。", "Trusted: the members' roots in trust.json.")
            : say(
                "信じるもの：trust.json のメンバーの証明書と、指定された最初のブロックのハッシュ。",
                "Trusted: the members' roots in trust.json, and the given hash of block 0.");
    return "%s\n        %s, %s\n        %s%s"
        .formatted(anchor, trust.consortium(), members, trust.fingerprint(), operators);
  }

  String progress(Auditor.Progress progress, double seconds) {
    double part = progress.of() == 0 ? 1 : (double) progress.blocks() / progress.of();
    return String.format(
        Locale.ROOT,
        say(
            "ブロック %,d / %,d（%.0f%%） 記録 %,d件 毎秒 %,.0fブロック・%,.0f件",
            "block %,d of %,d (%.0f%%), %,d events, %,.0f blocks and %,.0f events a second"),
        progress.blocks(),
        progress.of(),
        100 * part,
        progress.events(),
        progress.blocks() / seconds,
        progress.events() / seconds);
  }

  String finding(Finding finding) {
    var where = new StringBuilder();
    if (finding.block() >= 0) {
      where.append(say("ブロック ", "block ")).append(finding.block()).append(", ");
    }
    where.append(finding.part());
    if (finding.transaction() >= 0) {
      where.append(say(", 取引 ", ", transaction ")).append(finding.transaction());
    }
    if (finding.region() != null) {
      where
          .append(say(", バイト ", ", bytes "))
          .append(finding.region().from())
          .append('-')
          .append(finding.region().to() - 1);
    }
    return "%s  %s: %s (%s: %s)"
        .formatted(
            say("発見", "FOUND"),
            where,
            say(FINDINGS.get(finding.code())),
            finding.code(),
            finding.detail().replaceAll("[^ -~]", "?"));
  }

  String more(int count) {
    return say("ほかに %d件（報告書にあります）", "and %d more, in the report").formatted(count);
  }

  String notCovered(String code) {
    return say("対象外：", "Not covered: ") + say(NOT_COVERED.get(code));
  }

  String tip(AuditReport report) {
    return say("最初 ", "First  ")
        + report.genesis()
        + "\n"
        + say("最後 ", "Last   ")
        + report.tip()
        + " ("
        + say("ブロック ", "block ")
        + (report.figure("blocks") - 1)
        + ")";
  }

  String result(AuditReport report) {
    if (report.good()) {
      return String.format(
          Locale.ROOT,
          say(
              "良好：%,dブロック、%,d件の記録、%,d個の履歴を再計算し、すべて一致しました。",
              "GOOD: %,d blocks, %,d events and %,d histories recomputed; everything agrees."),
          report.figure("blocks"),
          report.figure("events"),
          report.figure("subjects"));
    }
    return report.incomplete()
        ? say(
            "異常あり：ここで監査を終えます。これより後のブロックは調べていません。",
            "FOUND something; the audit ends here, later blocks were not looked at.")
        : say("異常あり。", "FOUND something.");
  }

  String signed(Path report, Path signature, String thumbprint, boolean fresh) {
    return say("報告書 ", "Report ")
        + report
        + "\n"
        + say("署名   ", "Signed ")
        + signature
        + " ("
        + thumbprint
        + (fresh ? say("、この監査のための新しい鍵", ", a fresh key for this audit") : "")
        + ")";
  }

  String unreadable(IOException e) {
    return say("読めません：", "Can't be read: ") + e.getMessage();
  }
}
