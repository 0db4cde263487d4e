package jp.sanchi.server.labels;

/**
 * What people read on every label of a sheet; empty where there is nothing to say.
 *
 * @param product the name in the sheet's language
 * @param otherName the product's name in the other language
 * @param lot empty for labels that get their lot at packing
 * @param lotCaption before the lot, such as {@code ロット}
 */
record LabelText(
    String product,
    String otherName,
    String producer,
    String place,
    String lot,
    String lotCaption,
    String codeCaption) {}
