/**
 * A chaincode server that speaks the stream between a Hyperledger Fabric peer and a chaincode
 * itself, and so uses what Fabric 3.1 peers offer: many keys read, and many written, in one
 * message. Start with {@link jp.sanchi.chaincode.stream.ChaincodeServer}.
 */
package jp.sanchi.chaincode.stream;
