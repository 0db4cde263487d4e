package jp.sanchi.chaincode.stream;

import org.hyperledger.fabric.protos.peer.ChaincodeMessage;

/** By what messages find their call: a transaction's id is its client's choice, one per channel. */
record Transaction(String channel, String id) {
  static Transaction of(ChaincodeMessage message) {
    return new Transaction(message.getChannelId(), message.getTxid());
  }

  ChaincodeMessage.Builder message(ChaincodeMessage.Type type) {
    return ChaincodeMessage.newBuilder().setType(type).setChannelId(channel).setTxid(id);
  }
}
