#include "host/node/hospital_node.h"

namespace caduceus {

Result<std::unique_ptr<HospitalNode>> HospitalNode::open(boost::asio::io_context& loop, const sup::Genesis& genesis, sup::Place self,
                                                         BlsKey key, Stores stores, std::vector<Identity> med_peers, Options options) {
  std::unique_ptr<HospitalNode> node(new HospitalNode());
  TRY(node->sup_, SupServer::open(loop, genesis, self, std::move(key), stores.sup, options.sup));
  options.med.on_executed = [at = node.get()](const std::vector<med::Chain::Executed>& blocks) { at->executed(blocks); };
  TRY(node->med_, MedServer::open(loop, MedTerms::of(genesis), std::move(med_peers), stores.med, options.med));
  MedNode& med = node->med_->node();
  node->sup_->supervise({[&med](const CommitProof& newest) { med.follow(newest); },
                         [&med](const MblockHeader& header) { med.seek(header); },
                         [at = node->med_.get()](med::Item item, MedService::Then then) { at->submit(std::move(item), std::move(then)); }});
  node->med_->pass_on_to(
      [at = node->sup_.get()](SupTransaction transaction, SupService::Then then) { at->submit(std::move(transaction), std::move(then)); });
  return node;
}

void HospitalNode::start(Transport& sup, Transport& med) {
  sup_->start(sup);
  med_->start(med);
  // What each of them had before.
  if (const auto& newest = sup_->node().replica().proof()) med_->node().follow(*newest);
  const med::HeaderTree& tree = med_->node().node().chain().headers();
  std::vector<MblockHeader> held;
  for (const med::HeldHeader* one : tree.valid_bodies()) held.push_back(one->header);
  sup_->seen(held);
}

void HospitalNode::executed(const std::vector<med::Chain::Executed>& blocks) {
  std::vector<MblockHeader> headers;
  for (const auto& one : blocks) headers.push_back(one.block.header);
  sup_->seen(headers);
}

}  // namespace caduceus
