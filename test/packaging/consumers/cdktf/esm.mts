import { cdktf, SegmentationPolicy } from 'cdk-microsegmentation';
import { SecurityGroups } from 'cdk-microsegmentation/cdktf';

console.log(JSON.stringify({ same: cdktf.SecurityGroups === SecurityGroups, policy: SegmentationPolicy.name }));
